package org.capvm.translator.check;

/**
 * The numbers from {@code low} to {@code high}, both included, signed.
 *
 * @param low at most {@code high}
 */
record Interval(long low, long high) {
  static final Interval LONGS = new Interval(Long.MIN_VALUE, Long.MAX_VALUE);
  static final Interval INTS = new Interval(Integer.MIN_VALUE, Integer.MAX_VALUE);

  static Interval of(long value) {
    return new Interval(value, value);
  }

  boolean isConstant() {
    return low == high;
  }

  boolean contains(Interval other) {
    return low <= other.low && other.high <= high;
  }

  Interval union(Interval other) {
    return new Interval(Math.min(low, other.low), Math.max(high, other.high));
  }

  /** The common part, or null. */
  Interval common(Interval other) {
    long l = Math.max(low, other.low);
    long h = Math.min(high, other.high);
    return l <= h ? new Interval(l, h) : null;
  }

  /** The common part; this interval when there is none, which is where control does not come. */
  Interval intersection(long least, long greatest) {
    long l = Math.max(low, least);
    long h = Math.min(high, greatest);
    return l <= h ? new Interval(l, h) : this;
  }

  /**
   * Where a result may be when none of the exact ones leaves the type; the whole type if one may.
   */
  private static Interval within(Interval type, boolean overflow, long low, long high) {
    Interval exact = new Interval(Math.min(low, high), Math.max(low, high));
    return overflow || !type.contains(exact) ? type : exact;
  }

  Interval plus(Interval other, Interval type) {
    long l = low + other.low;
    long h = high + other.high;
    boolean overflow = ((low ^ l) & (other.low ^ l)) < 0 || ((high ^ h) & (other.high ^ h)) < 0;
    return within(type, overflow, l, h);
  }

  Interval minus(Interval other, Interval type) {
    return other.low == Long.MIN_VALUE ? type : plus(new Interval(-other.high, -other.low), type);
  }

  Interval times(Interval other, Interval type) {
    if (!isSmall() || !other.isSmall()) {
      return type;
    }
    long[] products = {low * other.low, low * other.high, high * other.low, high * other.high};
    long l = products[0];
    long h = products[0];
    for (long product : products) {
      l = Math.min(l, product);
      h = Math.max(h, product);
    }
    return within(type, false, l, h);
  }

  /** Whether products of two such intervals fit a long. */
  private boolean isSmall() {
    return INTS.contains(this);
  }

  Interval shiftedLeft(Interval amount, Interval type) {
    return amount.isConstant() && amount.low >= 0 && amount.low < 31
        ? times(of(1L << amount.low), type)
        : type;
  }

  Interval and(Interval other, Interval type) {
    if (low >= 0 && other.low >= 0) {
      return new Interval(0, Math.min(high, other.high));
    }
    return other.low >= 0 ? new Interval(0, other.high) : low >= 0 ? new Interval(0, high) : type;
  }
}
