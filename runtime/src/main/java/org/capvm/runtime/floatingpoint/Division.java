package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Quotients and square roots, digit by digit. */
final class Division {
  /** Quotient bits a step: a 53-bit remainder shifted by this many still fits 64 bits. */
  private static final int STEP = 11;

  private static final int STEPS = 5;

  /** Bits of a square root: the precision of binary64, two for rounding, one to spare. */
  private static final int ROOT_BITS = 56;

  private Division() {}

  static long divide(Hart h, Format f, long a, long b, int rm) {
    if (f.isNan(a) || f.isNan(b)) {
      return f.nan(h, a, b);
    }
    boolean negative = f.isNegative(a) != f.isNegative(b);
    if (f.isInfinite(a)) {
      return f.isInfinite(b) ? f.invalid(h) : f.infinity(negative);
    }
    if (f.isInfinite(b)) {
      return f.zero(negative);
    }
    if (f.isZero(b)) {
      if (f.isZero(a)) {
        return f.invalid(h);
      }
      FloatFlags.raise(h, FloatFlags.DZ);
      return f.infinity(negative);
    }
    if (f.isZero(a)) {
      return f.zero(negative);
    }
    int shiftA = normalisation(f.significand(a));
    int shiftB = normalisation(f.significand(b));
    long divisor = f.significand(b) << shiftB;
    long remainder = f.significand(a) << shiftA;
    long quotient = 0;
    if (remainder >= divisor) {
      quotient = 1;
      remainder -= divisor;
    }
    for (int i = 0; i < STEPS; i++) {
      long dividend = remainder << STEP;
      quotient = quotient << STEP | Long.divideUnsigned(dividend, divisor);
      remainder = Long.remainderUnsigned(dividend, divisor);
    }
    int scale = f.scale(a) - shiftA - (f.scale(b) - shiftB) - STEP * STEPS;
    return Rounding.pack(h, f, negative, scale - 64, quotient, remainder != 0 ? 1 : 0, rm);
  }

  static long squareRoot(Hart h, Format f, long a, int rm) {
    if (f.isNan(a)) {
      return f.nan(h, a, a);
    }
    if (f.isZero(a)) {
      return a;
    }
    if (f.isNegative(a)) {
      return f.invalid(h);
    }
    if (f.isInfinite(a)) {
      return a;
    }
    // The radicand is read two bits at a time from bit 63 down, so its scale must be even.
    int shift = Long.numberOfLeadingZeros(f.significand(a));
    long radicand = f.significand(a) << shift;
    int scale = f.scale(a) - shift;
    if ((scale & 1) != 0) {
      radicand >>>= 1;
      scale++;
    }
    long root = 0;
    long remainder = 0;
    for (int i = 0; i < ROOT_BITS; i++) {
      remainder = remainder << 2 | radicand >>> 62;
      radicand <<= 2;
      long trial = root << 2 | 1;
      root <<= 1;
      if (remainder >= trial) {
        remainder -= trial;
        root |= 1;
      }
    }
    // 32 digits stand before the point of the 64-bit radicand, the others behind it.
    int rootScale = scale / 2 + 32 - ROOT_BITS;
    return Rounding.pack(h, f, false, rootScale - 64, root, remainder != 0 ? 1 : 0, rm);
  }

  /** Shift that brings the leading bit of a significand to bit 52. */
  private static int normalisation(long significand) {
    return Long.numberOfLeadingZeros(significand) - STEP;
  }
}
