package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Comparisons, minimum and maximum, classification. */
final class Comparison {
  private Comparison() {}

  /** Quiet: invalid for signalling NaNs only. */
  static boolean equal(Hart h, Format f, long a, long b) {
    if (f.isNan(a) || f.isNan(b)) {
      f.nan(h, a, b);
      return false;
    }
    return a == b || f.isZero(a) && f.isZero(b);
  }

  /** Signalling: invalid for any NaN. */
  static boolean less(Hart h, Format f, long a, long b) {
    if (f.isNan(a) || f.isNan(b)) {
      f.invalid(h);
      return false;
    }
    return order(f, a) < order(f, b);
  }

  /** Signalling: invalid for any NaN. */
  static boolean lessOrEqual(Hart h, Format f, long a, long b) {
    if (f.isNan(a) || f.isNan(b)) {
      f.invalid(h);
      return false;
    }
    return order(f, a) <= order(f, b);
  }

  /** minimumNumber of IEEE 754-2019. */
  static long minimum(Hart h, Format f, long a, long b) {
    if (f.isNan(a) || f.isNan(b)) {
      return number(h, f, a, b);
    }
    if (f.isZero(a) && f.isZero(b)) {
      return a | b;
    }
    return order(f, a) <= order(f, b) ? a : b;
  }

  /** maximumNumber of IEEE 754-2019. */
  static long maximum(Hart h, Format f, long a, long b) {
    if (f.isNan(a) || f.isNan(b)) {
      return number(h, f, a, b);
    }
    if (f.isZero(a) && f.isZero(b)) {
      return a & b;
    }
    return order(f, a) >= order(f, b) ? a : b;
  }

  /** The operand that is a number, where one is not. */
  private static long number(Hart h, Format f, long a, long b) {
    long nan = f.nan(h, a, b);
    if (f.isNan(a)) {
      return f.isNan(b) ? nan : b;
    }
    return a;
  }

  /** An integer that orders numbers as their values; both zeros give 0. */
  private static long order(Format f, long v) {
    return f.isNegative(v) ? -f.magnitude(v) : f.magnitude(v);
  }

  /** The one-hot class of FCLASS (ISA chapter "F", table of fclass results). */
  static long classify(Format f, long v) {
    if (f.isNan(v)) {
      return f.isSignalling(v) ? 1 << 8 : 1 << 9;
    }
    boolean negative = f.isNegative(v);
    if (f.isInfinite(v)) {
      return negative ? 1 : 1 << 7;
    }
    if (f.isZero(v)) {
      return negative ? 1 << 3 : 1 << 4;
    }
    boolean normal = (v & f.infinity()) != 0;
    if (negative) {
      return normal ? 1 << 1 : 1 << 2;
    }
    return normal ? 1 << 6 : 1 << 5;
  }
}
