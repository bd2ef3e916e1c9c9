package org.capvm.testsuite.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Takes back changes of a damaged file for as long as it fails. */
final class ByteShrinker {
  private ByteShrinker() {}

  /**
   * A failing file with as few changed bytes as were found.
   *
   * @param good the file without changes
   * @param bad a file that fails, as long or shorter
   * @param fails whether a file still fails
   * @param tries how often it may be asked
   */
  static byte[] shrink(byte[] good, byte[] bad, Predicate<byte[]> fails, int tries) {
    byte[] smallest = bad;
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < bad.length; i++) {
      if (good[i] != bad[i]) {
        changed.add(i);
      }
    }
    int left = tries;
    for (int part = changed.size(); part > 0; part /= 2) {
      for (int from = 0; from < changed.size() && left > 0; left--) {
        List<Integer> taken = changed.subList(from, Math.min(from + part, changed.size()));
        byte[] candidate = smallest.clone();
        taken.forEach(i -> candidate[i] = good[i]);
        if (fails.test(candidate)) {
          smallest = candidate;
          taken.clear();
        } else {
          from += part;
        }
      }
    }
    return smallest;
  }

  /** The changes, for reports. */
  static String describe(byte[] good, byte[] bad) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bad.length && text.length() < 1000; i++) {
      if (good[i] != bad[i]) {
        text.append("0x%x: %02x -> %02x%n".formatted(i, good[i], bad[i]));
      }
    }
    return bad.length == good.length ? text.toString() : text + "cut to " + bad.length + " bytes\n";
  }
}
