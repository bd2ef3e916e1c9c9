package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * An IEEE 754 binary interchange format. Values are bit patterns in the low {@code width} bits of a
 * long, zero-extended.
 *
 * @param width of the format in bits
 * @param precision of the significand in bits, the implicit one counted
 * @param bias of the exponent field; also the largest exponent
 * @param signBit the sign
 * @param infinity the pattern of +infinity: all exponent bits
 * @param fraction the bits of the fraction field
 * @param canonicalNan the one NaN that arithmetic produces
 */
record Format(
    int width,
    int precision,
    int bias,
    long signBit,
    long infinity,
    long fraction,
    long canonicalNan) {
  static final Format BINARY32 = of(32, 24);
  static final Format BINARY64 = of(64, 53);

  private static Format of(int width, int precision) {
    long signBit = 1L << width - 1;
    long fraction = (1L << precision - 1) - 1;
    long infinity = signBit - 1 & ~fraction;
    long quiet = 1L << precision - 2;
    int bias = (1 << width - precision - 1) - 1;
    return new Format(width, precision, bias, signBit, infinity, fraction, infinity | quiet);
  }

  /** Exponent of the smallest normal number. */
  int minExponent() {
    return 1 - bias;
  }

  boolean isNegative(long v) {
    return (v & signBit) != 0;
  }

  /** The pattern without its sign. */
  long magnitude(long v) {
    return v & signBit - 1;
  }

  boolean isNan(long v) {
    return magnitude(v) > infinity;
  }

  boolean isSignalling(long v) {
    return isNan(v) && (v & quietBit()) == 0;
  }

  boolean isInfinite(long v) {
    return magnitude(v) == infinity;
  }

  boolean isZero(long v) {
    return magnitude(v) == 0;
  }

  long quietBit() {
    return 1L << precision - 2;
  }

  long signed(boolean negative, long magnitude) {
    return negative ? magnitude | signBit : magnitude;
  }

  long zero(boolean negative) {
    return signed(negative, 0);
  }

  long infinity(boolean negative) {
    return signed(negative, infinity);
  }

  /**
   * Significand of a finite value as an integer below 2^precision; the value is {@code significand
   * * 2^}{@link #scale}.
   */
  long significand(long v) {
    long field = v & fraction;
    return (v & infinity) == 0 ? field : field | fraction + 1;
  }

  /** Exponent that belongs to {@link #significand}. */
  int scale(long v) {
    int field = (int) (magnitude(v) >>> precision - 1);
    return Math.max(field, 1) - bias - (precision - 1);
  }

  /** The canonical NaN, for an operation with a NaN operand: invalid when one is signalling. */
  long nan(Hart h, long a, long b) {
    if (isSignalling(a) || isSignalling(b)) {
      FloatFlags.raise(h, FloatFlags.NV);
    }
    return canonicalNan;
  }

  /** The canonical NaN, of an invalid operation. */
  long invalid(Hart h) {
    FloatFlags.raise(h, FloatFlags.NV);
    return canonicalNan;
  }
}
