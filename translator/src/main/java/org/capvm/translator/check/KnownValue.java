package org.capvm.translator.check;

/**
 * What is known of a value in a local or on the JVM stack. Null stands for a value of which nothing
 * is known but that it is no host address.
 *
 * <p>Objects have identity: places that hold the same object hold the same value at run time. So
 * what a conditional jump says of a value is known of every local that holds it.
 */
sealed interface KnownValue {
  /**
   * An int or a long.
   *
   * @param interval where it lies
   * @param origin the only local that it was computed from, or -1
   */
  record Number(Interval interval, int origin) implements KnownValue {
    static Number constant(long value) {
      return new Number(Interval.of(value), -1);
    }
  }

  /**
   * What a range check returned: 0, or the host address of an address of the window.
   *
   * @param low offset from it of the first byte that was checked
   * @param end offset from it behind the last byte that was checked
   * @param use what was checked
   * @param isTested whether it is known not to be 0
   */
  record Base(long low, long end, Use use, boolean isTested) implements KnownValue {
    /** One of several, or one and something else: good for nothing. */
    static final Base USELESS = new Base(0, 0, Use.BOUNDS, false);

    /** The value behind the test that it is not 0. */
    Base tested() {
      return new Base(low, end, use, true);
    }

    boolean covers(Interval offset, int size) {
      return isTested && offset.low() >= low && offset.high() <= end - size;
    }
  }

  /** What a range check looked at. */
  enum Use {
    /** The bounds of the window, which never change: loads and stores. */
    BOUNDS,

    /** The permission of pages to be read: loads until the next poll. */
    LOAD,

    /** The permission of pages to be written: stores until the next poll. */
    STORE,

    /**
     * The bounds of the window, and that there are no tags: loads and stores until the next poll.
     */
    NO_TAGS;

    boolean allows(String accessor) {
      return this == BOUNDS
          || this == NO_TAGS
          || accessor.startsWith(this == LOAD ? "load" : "store");
    }
  }

  /**
   * The result of a three-way comparison with a constant: -1, 0 or 1.
   *
   * @param value that is compared
   * @param constant with which
   */
  record Comparison(KnownValue value, long constant, boolean isUnsigned) implements KnownValue {
    /** Null where the second operand is no constant: then nothing is known of the result. */
    static Comparison of(KnownValue first, KnownValue second, boolean isUnsigned) {
      return second instanceof Number(Interval interval, int _) && interval.isConstant()
          ? new Comparison(first, interval.low(), isUnsigned)
          : null;
    }
  }
}
