package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.List;
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

  /** The names of {@link #with}. */
  public static final List<String> NAMES = List.of("nproc", "nofile", "cpu", "code", "translation");

  /**
   * The same with another limit, as ulimit(1) names them.
   *
   * @param name {@code nproc} (threads), {@code nofile} (descriptors of a process), {@code cpu}
   *     (seconds), {@code code} (bytes, or with K, M or G behind), {@code translation} (seconds)
   * @throws IllegalArgumentException when there is no such limit, or the value is none
   */
  public Limits with(String name, String value) {
    return switch (name) {
      case "nproc" -> new Limits(count(value), openFiles, cpuTime, codeBytes, translatorTime);
      case "nofile" -> new Limits(threads, count(value), cpuTime, codeBytes, translatorTime);
      case "cpu" ->
          new Limits(threads, openFiles, Optional.of(seconds(value)), codeBytes, translatorTime);
      case "code" ->
          new Limits(
              threads, openFiles, cpuTime, OptionalLong.of(ByteSize.parse(value)), translatorTime);
      case "translation" ->
          new Limits(threads, openFiles, cpuTime, codeBytes, Optional.of(seconds(value)));
      default ->
          throw new IllegalArgumentException(
              "there is no limit '" + name + "'; known are " + String.join(", ", NAMES));
    };
  }

  private static OptionalInt count(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count > 0) {
        return OptionalInt.of(count);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("'" + text + "' is not a number above 0");
  }

  private static Duration seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds <= Integer.MAX_VALUE) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("'" + text + "' is not a time above 0, in seconds");
  }
}
