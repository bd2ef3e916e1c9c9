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

  /** The common part; this interval when there is none, which is where control does not come. */
  Interval intersection(long least, long greatest) {
    long l = Math.max(low, least);
    long h = Math.min(high, greatest);
    return l <= h ? new Interval(l, h) : this;
  }

  /** Sums with a constant of the same type; the whole type when one of them wraps. */
  Interval plus(long c, Interval type) {
    boolean wraps = c >= 0 ? high > type.high - c : low < type.low - c;
    return wraps ? type : new Interval(low + c, high + c);
  }

  /** Products with a constant of the same type; the whole type when one of them may wrap. */
  Interval times(long c, Interval type) {
    if (!INTS.contains(this) || !INTS.contains(of(c))) {
      return type;
    }
    Interval exact = new Interval(Math.min(low * c, high * c), Math.max(low * c, high * c));
    return type.contains(exact) ? exact : type;
  }
}
