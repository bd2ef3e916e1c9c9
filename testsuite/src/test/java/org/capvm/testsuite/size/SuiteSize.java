package org.capvm.testsuite.size;

import java.util.Locale;

/**
 * How much the suites do: {@code -Dcapvm.size=everyday}, {@code ci} (the default) or {@code
 * nightly}. Each suite takes its numbers from here, so that one switch is for all of them.
 */
public enum SuiteSize {
  /** The whole build and its tests in less than 3 minutes; suites tagged {@code slow} stay out. */
  EVERYDAY,
  /** What a change has to pass before it is published: less than 40 minutes on two processors. */
  CI,
  /** As much as a machine that is free all night can do. */
  NIGHTLY;

  /** The system property that chooses; a JVM that a test starts is to be given it, too. */
  public static final String PROPERTY = "capvm.size";

  private static final SuiteSize CHOSEN =
      valueOf(System.getProperty(PROPERTY, "ci").toUpperCase(Locale.ROOT));

  /** The size of this run. */
  public static SuiteSize chosen() {
    return CHOSEN;
  }

  /** Whether this run is the nightly one. */
  public static boolean isNightly() {
    return CHOSEN == NIGHTLY;
  }

  /** One of three values, by the size of this run. */
  public static <T> T choose(T everyday, T ci, T nightly) {
    return switch (CHOSEN) {
      case EVERYDAY -> everyday;
      case CI -> ci;
      case NIGHTLY -> nightly;
    };
  }

  /**
   * How many times a suite does what it does.
   *
   * @param property of the JVM, with a number that takes the place of all three: {@code
   *     capvm.SUITE.rounds} and the like
   */
  public static int number(String property, int everyday, int ci, int nightly) {
    return Integer.getInteger(property, choose(everyday, ci, nightly));
  }
}
