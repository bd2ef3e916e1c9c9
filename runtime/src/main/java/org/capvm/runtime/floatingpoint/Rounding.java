package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** The one place where exact results become representable ones and NX, UF and OF are raised. */
final class Rounding {
  /** Where a discarded fraction lies: an order, and what rounding needs to know of it. */
  private static final int EXACT = 0;

  private static final int BELOW_HALF = 1;
  private static final int HALF = 2;
  private static final int ABOVE_HALF = 3;

  private Rounding() {}

  /**
   * Rounds {@code (high:low) * 2^scale}, its 128-bit magnitude unsigned and not zero.
   *
   * <p>Bit 0 of {@code low} may stand for any non-zero amount below it ("jammed") provided that the
   * magnitude has at least {@code precision + 2} significant bits above.
   *
   * @param rm resolved rounding mode, 0 to 4
   */
  static long pack(Hart h, Format f, boolean negative, int scale, long high, long low, int rm) {
    int shift = Wide.leadingZeros(high, low);
    int exponent = scale + 127 - shift;
    long top = Wide.shiftLeftHigh(high, low, shift);
    long significand = top | (Wide.shiftLeftLow(low, shift) != 0 ? 1 : 0);
    return exponent < f.minExponent()
        ? packTiny(h, f, negative, exponent, significand, rm)
        : packNormal(h, f, negative, exponent, significand, rm);
  }

  private static long packNormal(
      Hart h, Format f, boolean negative, int exponent, long significand, int rm) {
    int drop = 64 - f.precision();
    long rounded = roundOff(significand, drop, negative, rm);
    // The implicit bit adds one to the exponent field, and a carry out of the significand another.
    long magnitude = ((long) (exponent + f.bias() - 1) << f.precision() - 1) + rounded;
    if (magnitude >= f.infinity() || exponent > f.bias()) {
      FloatFlags.raise(h, FloatFlags.OF | FloatFlags.NX);
      return overflow(f, negative, rm);
    }
    if (fractionOf(significand, drop) != EXACT) {
      FloatFlags.raise(h, FloatFlags.NX);
    }
    return f.signed(negative, magnitude);
  }

  private static long overflow(Format f, boolean negative, int rm) {
    boolean toInfinity =
        switch (rm) {
          case RoundingMode.RTZ -> false;
          case RoundingMode.RDN -> negative;
          case RoundingMode.RUP -> !negative;
          default -> true;
        };
    return f.signed(negative, toInfinity ? f.infinity() : f.infinity() - 1);
  }

  private static long packTiny(
      Hart h, Format f, boolean negative, int exponent, long significand, int rm) {
    int drop = 64 - f.precision();
    long denormalised = shiftRightJam(significand, f.minExponent() - exponent);
    long magnitude = roundOff(denormalised, drop, negative, rm);
    if (fractionOf(denormalised, drop) != EXACT) {
      // Tininess is detected after rounding: to the full precision, with an unbounded exponent.
      boolean reachesNormal =
          exponent == f.minExponent() - 1
              && roundOff(significand, drop, negative, rm) == 1L << f.precision();
      FloatFlags.raise(h, reachesNormal ? FloatFlags.NX : FloatFlags.UF | FloatFlags.NX);
    }
    return f.signed(negative, magnitude);
  }

  /**
   * Rounds away the low bits of an unsigned number.
   *
   * @param drop how many bits, 1 to 63
   */
  static long roundOff(long value, int drop, boolean negative, int rm) {
    long kept = value >>> drop;
    return increments(kept, fractionOf(value, drop), negative, rm) ? kept + 1 : kept;
  }

  /** Whether {@link #roundOff} changes the value. */
  static boolean isInexact(long value, int drop) {
    return fractionOf(value, drop) != EXACT;
  }

  private static int fractionOf(long value, int drop) {
    long fraction = value << -drop;
    if (fraction == 0) {
      return EXACT;
    }
    if (fraction == Long.MIN_VALUE) {
      return HALF;
    }
    return fraction > 0 ? BELOW_HALF : ABOVE_HALF;
  }

  private static boolean increments(long kept, int fraction, boolean negative, int rm) {
    return switch (rm) {
      case RoundingMode.RNE -> fraction == ABOVE_HALF || fraction == HALF && (kept & 1) != 0;
      case RoundingMode.RTZ -> false;
      case RoundingMode.RDN -> negative && fraction != EXACT;
      case RoundingMode.RUP -> !negative && fraction != EXACT;
      case RoundingMode.RMM -> fraction >= HALF;
      default -> throw new IllegalArgumentException("unresolved rounding mode " + rm);
    };
  }

  /** Shifts right by at least 0; any bit shifted out is kept as bit 0 of the result. */
  static long shiftRightJam(long value, int distance) {
    if (distance == 0) {
      return value;
    }
    if (distance > 63) {
      return value != 0 ? 1 : 0;
    }
    return value >>> distance | (value << -distance != 0 ? 1 : 0);
  }
}
