package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Sums: of two values, and of the exact 128-bit numbers that fused multiply-add needs. */
final class Addition {
  private Addition() {}

  static long add(Hart h, Format f, long a, long b, int rm) {
    if (f.isNan(a) || f.isNan(b)) {
      return f.nan(h, a, b);
    }
    if (f.isInfinite(a)) {
      return f.isInfinite(b) && a != b ? f.invalid(h) : a;
    }
    if (f.isInfinite(b)) {
      return b;
    }
    if (f.isZero(a)) {
      return f.isZero(b) ? zeroSum(f, f.isNegative(a), f.isNegative(b), rm) : b;
    }
    if (f.isZero(b)) {
      return a;
    }
    return sum(
        h,
        f,
        f.isNegative(a),
        f.scale(a),
        0,
        f.significand(a),
        f.isNegative(b),
        f.scale(b),
        0,
        f.significand(b),
        rm);
  }

  static long subtract(Hart h, Format f, long a, long b, int rm) {
    // A NaN with its sign flipped is as quiet or signalling as before.
    return add(h, f, a, b ^ f.signBit(), rm);
  }

  /** The zero that a sum of zeros, or an exact cancellation of unlike signs, gives. */
  static long zeroSum(Format f, boolean negativeA, boolean negativeB, int rm) {
    return f.zero(negativeA == negativeB ? negativeA : rm == RoundingMode.RDN);
  }

  /**
   * Rounds {@code ±(highA:lowA) * 2^scaleA ± (highB:lowB) * 2^scaleB}. Magnitudes are not zero and
   * have at most 107 significant bits.
   */
  static long sum(
      Hart h,
      Format f,
      boolean negativeA,
      int scaleA,
      long highA,
      long lowA,
      boolean negativeB,
      int scaleB,
      long highB,
      long lowB,
      int rm) {
    // Normalised to bit 126: room for a carry above, and 20 zero bits below. Bits of the smaller
    // operand get lost (jammed) only when it is shifted further than that, and then subtracting it
    // cancels one bit at most: far more than precision + 2 bits stay above the jammed one.
    int shiftA = Wide.leadingZeros(highA, lowA) - 1;
    long ah = Wide.shiftLeftHigh(highA, lowA, shiftA);
    long al = Wide.shiftLeftLow(lowA, shiftA);
    int scale = scaleA - shiftA;
    int shiftB = Wide.leadingZeros(highB, lowB) - 1;
    long bh = Wide.shiftLeftHigh(highB, lowB, shiftB);
    long bl = Wide.shiftLeftLow(lowB, shiftB);
    int distance = scale - (scaleB - shiftB);
    if (distance >= 0) {
      bl = Wide.shiftRightLowJam(bh, bl, distance);
      bh = Wide.shiftRightHigh(bh, distance);
    } else {
      al = Wide.shiftRightLowJam(ah, al, -distance);
      ah = Wide.shiftRightHigh(ah, -distance);
      scale -= distance;
    }
    if (negativeA == negativeB) {
      long low = al + bl;
      long carry = Long.compareUnsigned(low, al) < 0 ? 1 : 0;
      return Rounding.pack(h, f, negativeA, scale, ah + bh + carry, low, rm);
    }
    int order = Wide.compare(ah, al, bh, bl);
    if (order == 0) {
      return zeroSum(f, negativeA, negativeB, rm);
    }
    return order > 0
        ? difference(h, f, negativeA, scale, ah, al, bh, bl, rm)
        : difference(h, f, negativeB, scale, bh, bl, ah, al, rm);
  }

  private static long difference(
      Hart h, Format f, boolean negative, int scale, long ah, long al, long bh, long bl, int rm) {
    long borrow = Long.compareUnsigned(al, bl) < 0 ? 1 : 0;
    return Rounding.pack(h, f, negative, scale, ah - bh - borrow, al - bl, rm);
  }
}
