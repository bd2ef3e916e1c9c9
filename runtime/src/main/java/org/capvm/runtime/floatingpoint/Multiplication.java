package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Products, alone and fused with an addition. */
final class Multiplication {
  private Multiplication() {}

  static long multiply(Hart h, Format f, long a, long b, int rm) {
    if (f.isNan(a) || f.isNan(b)) {
      return f.nan(h, a, b);
    }
    if (isInvalid(f, a, b)) {
      return f.invalid(h);
    }
    boolean negative = f.isNegative(a) != f.isNegative(b);
    if (f.isInfinite(a) || f.isInfinite(b)) {
      return f.infinity(negative);
    }
    if (f.isZero(a) || f.isZero(b)) {
      return f.zero(negative);
    }
    long sa = f.significand(a);
    long sb = f.significand(b);
    int scale = f.scale(a) + f.scale(b);
    return Rounding.pack(h, f, negative, scale, Math.multiplyHigh(sa, sb), sa * sb, rm);
  }

  /**
   * {@code ±(a * b) ± c} with one rounding.
   *
   * @param negateProduct whether the product is negated (FNMSUB, FNMADD)
   * @param negateAddend whether c is negated (FMSUB, FNMADD)
   */
  static long fused(
      Hart h,
      Format f,
      long a,
      long b,
      long c,
      boolean negateProduct,
      boolean negateAddend,
      int rm) {
    if (f.isNan(a) || f.isNan(b)) {
      return f.isSignalling(c) ? f.invalid(h) : f.nan(h, a, b);
    }
    if (isInvalid(f, a, b)) {
      // Infinity times zero is invalid even when a quiet NaN is added (ISA chapter "F").
      return f.invalid(h);
    }
    if (f.isNan(c)) {
      return f.nan(h, c, c);
    }
    boolean negative = f.isNegative(a) != f.isNegative(b) != negateProduct;
    boolean negativeC = f.isNegative(c) != negateAddend;
    if (f.isInfinite(a) || f.isInfinite(b)) {
      return f.isInfinite(c) && negative != negativeC ? f.invalid(h) : f.infinity(negative);
    }
    if (f.isInfinite(c)) {
      return f.infinity(negativeC);
    }
    if (f.isZero(a) || f.isZero(b)) {
      return f.isZero(c)
          ? Addition.zeroSum(f, negative, negativeC, rm)
          : f.signed(negativeC, f.magnitude(c));
    }
    long sa = f.significand(a);
    long sb = f.significand(b);
    long high = Math.multiplyHigh(sa, sb);
    long low = sa * sb;
    int scale = f.scale(a) + f.scale(b);
    if (f.isZero(c)) {
      return Rounding.pack(h, f, negative, scale, high, low, rm);
    }
    return Addition.sum(
        h, f, negative, scale, high, low, negativeC, f.scale(c), 0, f.significand(c), rm);
  }

  private static boolean isInvalid(Format f, long a, long b) {
    return f.isInfinite(a) && f.isZero(b) || f.isZero(a) && f.isInfinite(b);
  }
}
