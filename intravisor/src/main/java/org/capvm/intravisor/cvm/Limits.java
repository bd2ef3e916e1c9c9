package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a cVM may take besides its memory; empty for what nothing is said about.
 *
 * @param threads how many guest threads it may have at a time
 * @param openFiles how many descriptors a process may have
 * @param cpuTime processor time of all its threads, after which it is killed
 * @param codeBytes class files that are made of code while it runs; what comes behind is
 *     interpreted
 * @param translatorTime processor time that this may take; what comes behind is interpreted
 */
public record Limits(
    OptionalInt threads,
    OptionalInt openFiles,
    Optional<Duration> cpuTime,
    OptionalLong codeBytes,
    Optional<Duration> translatorTime) {
  /** Nothing but what always holds. */
  public static final Limits NONE =
      new Limits(
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty());
}
