package org.capvm.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The command line.
 *
 * @param benchmark which one
 * @param items the kernels or programs to run; all when empty
 * @param root the riscv64 Debian folder, or null
 * @param rounds processes of each subject
 * @param subjects names; all when empty
 * @param clock which clock times a kernel
 * @param samples where the measurements of tags are kept, or null
 * @param json where to write JSON, or null
 */
record Options(
    String benchmark,
    List<String> items,
    Path root,
    int rounds,
    List<String> subjects,
    KernelRun.Clock clock,
    Path samples,
    Path json) {

  private static final int ROUNDS = 5;

  /** Of pairs: the interval of their mean is the result. */
  private static final int PAIRS = 15;

  static Options parse(String[] arguments) {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("which benchmark?");
    }
    List<String> items = new ArrayList<>();
    Path root = null;
    int rounds = arguments[0].equals("tags") ? PAIRS : ROUNDS;
    List<String> subjects = List.of();
    KernelRun.Clock clock = KernelRun.Clock.CPU;
    Path samples = null;
    Path json = null;
    for (int i = 1; i < arguments.length; i++) {
      String option = arguments[i];
      if (!option.startsWith("--")) {
        items.add(option);
        continue;
      }
      if (++i == arguments.length) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = arguments[i];
      switch (option) {
        case "--root" -> root = Path.of(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--subjects" -> subjects = List.of(value.split(","));
        case "--clock" -> clock = KernelRun.Clock.valueOf(value.toUpperCase(Locale.ROOT));
        case "--samples" -> samples = Path.of(value);
        case "--json" -> json = Path.of(value);
        default -> throw new IllegalArgumentException("no option " + option);
      }
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds must be at least 1");
    }
    return new Options(
        arguments[0], List.copyOf(items), root, rounds, subjects, clock, samples, json);
  }
}
