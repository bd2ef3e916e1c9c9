package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Conversions between integers and floating point, and between the two formats. */
final class Conversion {
  /** An integral magnitude of 2^64 or more. */
  private static final long TOO_LARGE = -1;

  /** Places behind the point that are looked at: any significand is far below 1/2 there. */
  private static final int POINT = 62;

  private Conversion() {}

  /** To a signed integer of 32 or 64 bits, sign-extended; saturates, NaN as +infinity. */
  static long toSigned(Hart h, Format f, long v, int width, int rm) {
    long maximum = -1L >>> 65 - width;
    if (f.isNan(v)) {
      FloatFlags.raise(h, FloatFlags.NV);
      return maximum;
    }
    boolean negative = f.isNegative(v);
    long limit = negative ? maximum + 1 : maximum;
    long magnitude = f.isInfinite(v) ? TOO_LARGE : integral(f, v, rm);
    if (magnitude == TOO_LARGE || Long.compareUnsigned(magnitude, limit) > 0) {
      FloatFlags.raise(h, FloatFlags.NV);
      return negative ? -maximum - 1 : maximum;
    }
    raiseInexact(h, f, v);
    return negative ? -magnitude : magnitude;
  }

  /**
   * To an unsigned integer of 32 or 64 bits; a 32-bit result is sign-extended all the same (ISA
   * chapter "F"). Saturates: what rounds below 0 is 0, NaN is as +infinity.
   */
  static long toUnsigned(Hart h, Format f, long v, int width, int rm) {
    long maximum = -1L >>> 64 - width;
    if (f.isNan(v)) {
      FloatFlags.raise(h, FloatFlags.NV);
      return -1;
    }
    boolean negative = f.isNegative(v);
    long magnitude = f.isInfinite(v) ? TOO_LARGE : integral(f, v, rm);
    if (negative && magnitude != 0) {
      FloatFlags.raise(h, FloatFlags.NV);
      return 0;
    }
    // TOO_LARGE is also the largest 64-bit result, which no value rounds to: none is that precise.
    if (magnitude == TOO_LARGE || Long.compareUnsigned(magnitude, maximum) > 0) {
      FloatFlags.raise(h, FloatFlags.NV);
      return -1;
    }
    raiseInexact(h, f, v);
    return width == 32 ? (int) magnitude : magnitude;
  }

  /** The magnitude of a finite value rounded to an integer; {@link #TOO_LARGE} from 2^64. */
  private static long integral(Format f, long v, int rm) {
    long significand = f.significand(v);
    int scale = f.scale(v);
    if (scale >= 0) {
      return scale > Long.numberOfLeadingZeros(significand) ? TOO_LARGE : significand << scale;
    }
    long tiny = Rounding.shiftRightJam(significand, Math.max(-scale - POINT, 0));
    return Rounding.roundOff(tiny, Math.min(-scale, POINT), f.isNegative(v), rm);
  }

  private static void raiseInexact(Hart h, Format f, long v) {
    int scale = f.scale(v);
    long significand = f.significand(v);
    if (scale < 0
        && (-scale > POINT ? significand != 0 : Rounding.isInexact(significand, -scale))) {
      FloatFlags.raise(h, FloatFlags.NX);
    }
  }

  static long fromSigned(Hart h, Format f, long v, int rm) {
    return v == 0 ? 0 : Rounding.pack(h, f, v < 0, 0, 0, Math.abs(v), rm);
  }

  static long fromUnsigned(Hart h, Format f, long v, int rm) {
    return v == 0 ? 0 : Rounding.pack(h, f, false, 0, 0, v, rm);
  }

  /** Between formats; exact when the target is the wider one. */
  static long convert(Hart h, Format from, Format to, long v, int rm) {
    if (from.isNan(v)) {
      from.nan(h, v, v);
      return to.canonicalNan();
    }
    boolean negative = from.isNegative(v);
    if (from.isInfinite(v)) {
      return to.infinity(negative);
    }
    if (from.isZero(v)) {
      return to.zero(negative);
    }
    return Rounding.pack(h, to, negative, from.scale(v), 0, from.significand(v), rm);
  }
}
