package org.capvm.testsuite.instructions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A piece of guest code to record, and the product of values to run it on.
 *
 * @param title what the recording calls it
 * @param assembly its text for the assembler, the final return left out
 * @param values for each state it sets, the values
 */
record Program(String title, String assembly, Map<String, long[]> values) {
  static Program of(String assembly) {
    return new Program(assembly.replace("\n", "; "), assembly, Map.of());
  }

  /** Also runs on each of these values of a state. */
  Program on(String name, long... more) {
    Map<String, long[]> all = new LinkedHashMap<>(values);
    all.put(name, more);
    return new Program(title, assembly, all);
  }

  /** The columns of the state that it sets. */
  int[] inputs() {
    return values.keySet().stream().mapToInt(State::index).toArray();
  }

  /** The states to run it on: the product of the values. */
  List<long[]> states() {
    List<long[]> states = new ArrayList<>();
    states.add(State.initial());
    for (Map.Entry<String, long[]> column : values.entrySet()) {
      int index = State.index(column.getKey());
      List<long[]> product = new ArrayList<>();
      for (long[] state : states) {
        for (long value : column.getValue()) {
          long[] next = state.clone();
          next[index] = value;
          product.add(next);
        }
      }
      states = product;
    }
    return states;
  }
}
