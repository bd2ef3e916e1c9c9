package org.capvm.testsuite.tags;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Harts and what each of them does.
 *
 * @param initial what the first two granules hold at the start
 * @param harts the operations of each, in order
 */
record Scenario(String initial, List<List<Operation>> harts) {
  /** Operations of a hart are separated by semicolons. */
  static Scenario of(String initial, String... harts) {
    List<List<Operation>> all = new ArrayList<>();
    for (String hart : harts) {
      all.add(Arrays.stream(hart.split("; ")).map(Operation::new).toList());
    }
    return new Scenario(initial, all);
  }

  boolean isAtomic() {
    return harts.stream().flatMap(List::stream).allMatch(Operation::isAtomic);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(initial);
    for (List<Operation> hart : harts) {
      text.append(" || ").append(String.join("; ", hart.stream().map(Operation::text).toList()));
    }
    return text.toString();
  }
}
