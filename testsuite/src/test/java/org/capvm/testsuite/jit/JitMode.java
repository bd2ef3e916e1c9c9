package org.capvm.testsuite.jit;

import java.util.ArrayList;
import java.util.List;

/**
 * A way for the JVM to execute what the translator makes. Where there is a compiler, it compiles
 * generated code long before it would otherwise, and execution waits for it: the programs of the
 * tests are short.
 */
enum JitMode {
  INTERPRETER("-Xint"),
  C1("-XX:TieredStopAtLevel=1", Flags.EARLY, Flags.IN_FOREGROUND),
  C2("-XX:-TieredCompilation", Flags.EARLY, Flags.IN_FOREGROUND),
  /** C2 with its worklists and schedules in random order. */
  C2_STRESS(
      "-XX:-TieredCompilation",
      Flags.EARLY,
      Flags.IN_FOREGROUND,
      "-XX:+UnlockDiagnosticVMOptions",
      "-XX:+StressIGVN",
      "-XX:+StressCCP",
      "-XX:+StressLCM",
      "-XX:+StressGCM");

  private final List<String> flags;

  JitMode(String... flags) {
    this.flags = List.of(flags);
  }

  /** Options of the JVM. */
  List<String> options(long seed) {
    List<String> options = new ArrayList<>(flags);
    options.add("-XX:CompileCommand=quiet");
    if (this == C2_STRESS) {
      options.add("-XX:StressSeed=" + seed);
    }
    return options;
  }

  private static final class Flags {
    /** C2 compiles a method after some 20 calls or 80 iterations, C1 at once. */
    static final String EARLY = "-XX:CompileCommand=CompileThresholdScaling,guest*::*,0.002";

    static final String IN_FOREGROUND = "-XX:CompileCommand=BackgroundCompilation,guest*::*,false";
  }
}
