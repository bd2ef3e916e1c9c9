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
   * An int or a long: {@code factor * v + constant} modulo 2^64, where {@code v} is a number that
   * was in a local.
   *
   * @param interval where it lies
   * @param origin the only local that it was computed from, or -1
   * @param below a local that holds more than {@code v}, which is not negative; -1 where none is
   *     known, and nothing of {@code factor} and {@code constant}
   */
  record Number(Interval interval, int origin, long factor, long constant, int below)
      implements KnownValue {
    Number(Interval interval, int origin) {
      this(interval, origin, 1, 0, -1);
    }

    static Number constant(long value) {
      return new Number(Interval.of(value), -1);
    }

    /** Whether it is {@code v} itself. */
    boolean isPlain() {
      return factor == 1 && constant == 0;
    }

    /** The same, of which more is known. */
    Number narrowed(Interval to) {
      return new Number(to, origin, factor, constant, below);
    }

    /** The same, which is plain, not negative, and less than what a local holds. */
    Number below(int local) {
      return new Number(interval, origin, 1, 0, local);
    }

    /** The same value in a local of its own, in which the way that it came is forgotten. */
    Number in(int local) {
      return new Number(interval, local, 1, 0, isPlain() ? below : -1);
    }

    /** A long plus a constant. */
    Number plus(long c) {
      return new Number(interval.plus(c, Interval.LONGS), origin, factor, constant + c, below);
    }

    /** A long times a constant. */
    Number times(long c) {
      Interval product = interval.times(c, Interval.LONGS);
      return new Number(product, origin, factor * c, constant * c, below);
    }
  }

  /**
   * What a range check returned: 0, or the host address of an address of the window.
   *
   * @param low offset from it of the first byte that was checked
   * @param end offset from it behind the last byte that was checked
   * @param use what was checked
   * @param walk where what was checked is repeated; null where it is not
   * @param isTested whether it is known not to be 0
   */
  record Base(long low, long end, Use use, Walk walk, boolean isTested) implements KnownValue {
    /** One of several, or one and something else: good for nothing. */
    static final Base USELESS = new Base(0, 0, Use.BOUNDS, false);

    Base(long low, long end, Use use, boolean isTested) {
      this(low, end, use, null, isTested);
    }

    /** The value behind the test that it is not 0. */
    Base tested() {
      return new Base(low, end, use, walk, true);
    }

    boolean covers(Number offset, int size) {
      boolean walks = walk != null && walk.has(offset);
      long least = walks ? offset.constant : offset.interval.low();
      long greatest = walks ? offset.constant : offset.interval.high();
      return isTested && least >= low && greatest <= end - size;
    }

    boolean isCountedBy(int local) {
      return walk != null && walk.steps == local;
    }
  }

  /**
   * Steps of which each had as many bytes checked as the first.
   *
   * @param steps the local with their number
   * @param stride from one to the next in bytes
   */
  record Walk(int steps, long stride) {
    /** Whether an offset is that of a place in the first step, in some step. */
    boolean has(Number offset) {
      return offset.below == steps && offset.factor == stride;
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
   * The result of a three-way comparison with a constant, or with what is in a local: -1, 0 or 1.
   *
   * @param value that is compared
   * @param constant with which
   * @param local with whose value; -1 for the constant
   */
  record Comparison(KnownValue value, long constant, boolean isUnsigned, int local)
      implements KnownValue {
    Comparison(KnownValue value, long constant, boolean isUnsigned) {
      this(value, constant, isUnsigned, -1);
    }

    /** Null where nothing is known of the second operand: then neither of the result. */
    static Comparison of(KnownValue first, KnownValue second, boolean isUnsigned) {
      if (!(second instanceof Number n)) {
        return null;
      } else if (n.interval().isConstant()) {
        return new Comparison(first, n.interval().low(), isUnsigned);
      }
      return n.isPlain() && n.origin() >= 0 && !isUnsigned
          ? new Comparison(first, 0, false, n.origin())
          : null;
    }
  }
}
