package org.capvm.translator.check;

import org.objectweb.asm.tree.analysis.Value;

/**
 * What is known of a value on the JVM stack or in a local.
 *
 * @param size JVM slots, 1 or 2
 * @param kind what it is
 * @param interval of a {@link Kind#NUMBER}: where it lies; of a {@link Kind#BASE}: offsets of the
 *     bytes that are in the window unless the base is 0, or null when there are none
 * @param isChecked of a {@link Kind#BASE}: whether it is known not to be 0
 * @param local the local that holds the same value, or -1
 * @param comparison of a {@link Kind#NUMBER} that is the result of one, otherwise null
 */
record RangeValue(
    int size, Kind kind, Interval interval, boolean isChecked, int local, Comparison comparison)
    implements Value {
  enum Kind {
    /** An int or a long. */
    NUMBER,

    /** The host address that a range check returned. */
    BASE,

    /** A base at one of the places where control comes from: good for nothing. */
    MAYBE_BASE,

    /** A reference, a floating-point number, nothing. */
    OTHER
  }

  /** The operands of a three-way comparison. */
  record Comparison(RangeValue left, RangeValue right, boolean isUnsigned) {}

  static final RangeValue OTHER_1 = other(1);
  static final RangeValue OTHER_2 = other(2);

  private static RangeValue other(int size) {
    return new RangeValue(size, Kind.OTHER, null, false, -1, null);
  }

  static RangeValue number(int size, Interval interval) {
    return new RangeValue(size, Kind.NUMBER, interval, false, -1, null);
  }

  /** The result of a check of the bytes at offsets from {@code low} to before {@code end}. */
  static RangeValue base(long low, long end) {
    return base(low < end ? new Interval(low, end - 1) : null);
  }

  private static RangeValue base(Interval bytes) {
    return new RangeValue(2, Kind.BASE, bytes, false, -1, null);
  }

  static RangeValue comparison(RangeValue left, RangeValue right, boolean isUnsigned) {
    return new RangeValue(
        1, Kind.NUMBER, new Interval(-1, 1), false, -1, new Comparison(left, right, isUnsigned));
  }

  private static RangeValue maybeBase() {
    return new RangeValue(2, Kind.MAYBE_BASE, null, false, -1, null);
  }

  @Override
  public int getSize() {
    return size;
  }

  boolean isBase() {
    return kind == Kind.BASE || kind == Kind.MAYBE_BASE;
  }

  RangeValue in(int otherLocal) {
    return new RangeValue(size, kind, interval, isChecked, otherLocal, comparison);
  }

  RangeValue within(Interval narrower) {
    return new RangeValue(size, kind, narrower, isChecked, local, comparison);
  }

  RangeValue checked() {
    return new RangeValue(size, kind, interval, true, local, comparison);
  }

  /** The value behind an instruction that writes a local: one that was there has lost its place. */
  RangeValue without(int written) {
    RangeValue moved = local == written ? in(-1) : this;
    if (comparison == null) {
      return moved;
    }
    RangeValue left = comparison.left.without(written);
    RangeValue right = comparison.right.without(written);
    return new RangeValue(
        size,
        kind,
        interval,
        isChecked,
        moved.local,
        new Comparison(left, right, comparison.isUnsigned));
  }

  private Interval common(RangeValue other) {
    return interval == null || other.interval == null ? null : interval.common(other.interval);
  }

  /** What is known where control comes from two places. */
  RangeValue merge(RangeValue other) {
    if (equals(other)) {
      return this;
    }
    int same = local == other.local ? local : -1;
    if (size != other.size) {
      return isBase() || other.isBase() ? maybeBase() : OTHER_1;
    }
    if (kind == Kind.NUMBER && other.kind == Kind.NUMBER) {
      return number(size, interval.union(other.interval)).in(same);
    }
    if (kind == Kind.BASE && other.kind == Kind.BASE) {
      RangeValue base = base(common(other)).in(same);
      return isChecked && other.isChecked ? base.checked() : base;
    }
    return isBase() || other.isBase() ? maybeBase() : size == 1 ? OTHER_1 : OTHER_2;
  }
}
