package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * D instructions with a dynamic rounding mode for translated code, on {@code double} values, each
 * small enough to be inlined where it is called (the launcher forces it).
 *
 * <p>Arithmetic takes two steps. Translated code does the host operation and asks {@link #isSum},
 * {@link #isResult} or {@link #isRoot} whether its result holds: whether frm is RNE, NX has accrued
 * already, and no other flag is possible. The first two conditions cost nothing, because the hart's
 * bounds let no result pass unless they hold. Only where the answer is no, the method named by the
 * operation is called with the doubtful result and the operands: it accepts results that are exact,
 * which raise nothing whether NX has accrued or not, and leaves the rest to {@link ExactDouble}.
 * The question is asked in the generated code, so that the JIT compiler has a profile of each site
 * and leaves out the steps that this site has never needed.
 *
 * <p>Sums need no lower bound, because one below the normal numbers is exact. Products, quotients
 * and fused results must be strictly above MIN_NORMAL in magnitude, because one rounded up to
 * MIN_NORMAL can have been tiny. Only a NaN makes a square root doubtful. NaN results never hold,
 * so that canonicalisation costs nothing.
 *
 * @see ReservedRoundingMode thrown while frm is reserved
 */
public final class FastDouble {
  /**
   * Where the error of a product or quotient is representable, so that it is zero only when the
   * operation is exact: the error's last bit has at least 2^-106 times the magnitude.
   */
  static final double ERROR_REPRESENTABLE = 0x1p-960;

  private FastDouble() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  /**
   * Whether a host product, quotient or fused result holds. One unsigned comparison of integers,
   * because the ports for floating-point comparisons are those of the arithmetic.
   */
  public static boolean isResult(double r, Hart h) {
    long magnitude = Double.doubleToRawLongBits(r) << 1;
    return Long.compareUnsigned(magnitude - Hart.LOWEST_HOST_RESULT, h.hostResults) < 0;
  }

  /** Whether a host sum or difference holds. Of infinities and NaNs none does. */
  public static boolean isSum(double r, Hart h) {
    return Math.abs(r) < h.hostCeiling;
  }

  /** Whether a host square root holds: of NaNs none does. */
  public static boolean isRoot(double r, Hart h) {
    return r <= h.hostCeiling;
  }

  /**
   * Whether a sum is finite and exact: the error of any finite sum is this one (Knuth's TwoSum).
   *
   * <p>Here and below, one comparison with the magnitude: testing for equality takes two branches
   * on x86, and branches are what bounds loops of exact operations.
   */
  static boolean isExactSum(double x, double y, double r) {
    double most = r - x;
    double error = (x - (r - most)) + (y - most);
    return Math.abs(error) <= 0;
  }

  /** Whether a product is certainly finite and exact; an infinite one fails in the fma. */
  static boolean isExactProduct(double x, double y, double r) {
    return Math.abs(r) > ERROR_REPRESENTABLE
        ? Math.abs(Math.fma(x, y, -r)) <= 0
        : r == 0 && (x == 0 || y == 0);
  }

  /** Whether a quotient is certainly finite and exact; an infinite one fails in the fma. */
  static boolean isExactQuotient(double x, double y, double r) {
    return Math.abs(x) > ERROR_REPRESENTABLE && Math.abs(r) > Double.MIN_NORMAL
        ? Math.abs(Math.fma(r, y, -x)) <= 0
        : r == 0 && x == 0;
  }

  /** Whether a square root is certainly finite and exact. */
  static boolean isExactRoot(double x, double r) {
    return x > ERROR_REPRESENTABLE ? Math.abs(Math.fma(r, r, -x)) <= 0 : r == 0;
  }

  /** Whether a fused result is certainly finite and exact, because its product is and its sum. */
  static boolean isExactFused(double x, double y, double z, double r) {
    double product = x * y;
    return isExactProduct(x, y, product) && isExactSum(product, z, r);
  }

  /** FADD.D whose host result is doubtful. */
  public static double add(double r, double a, double b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactSum(a, b, r) ? r : ExactDouble.add(h, a, b);
  }

  /** FSUB.D whose host result is doubtful. */
  public static double subtract(double r, double a, double b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactSum(a, -b, r) ? r : ExactDouble.subtract(h, a, b);
  }

  /** FMUL.D whose host result is doubtful. */
  public static double multiply(double r, double a, double b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactProduct(a, b, r)
        ? r
        : ExactDouble.multiply(h, a, b);
  }

  /** FDIV.D whose host result is doubtful. */
  public static double divide(double r, double a, double b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactQuotient(a, b, r)
        ? r
        : ExactDouble.divide(h, a, b);
  }

  /** FSQRT.D whose host result is doubtful. */
  public static double squareRoot(double r, double a, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactRoot(a, r) ? r : ExactDouble.squareRoot(h, a);
  }

  /** FMADD.D whose host result is doubtful. */
  public static double multiplyAdd(double r, double a, double b, double c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(a, b, c, r)
        ? r
        : ExactDouble.multiplyAdd(h, a, b, c);
  }

  /** FMSUB.D whose host result is doubtful. */
  public static double multiplySubtract(double r, double a, double b, double c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(a, b, -c, r)
        ? r
        : ExactDouble.multiplySubtract(h, a, b, c);
  }

  /** FNMSUB.D whose host result is doubtful. */
  public static double negatedMultiplySubtract(double r, double a, double b, double c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(-a, b, c, r)
        ? r
        : ExactDouble.negatedMultiplySubtract(h, a, b, c);
  }

  /** FNMADD.D whose host result is doubtful. */
  public static double negatedMultiplyAdd(double r, double a, double b, double c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(-a, b, -c, r)
        ? r
        : ExactDouble.negatedMultiplyAdd(h, a, b, c);
  }

  /** FMIN.D. */
  public static double minimum(Hart h, double a, double b) {
    double r = Math.min(a, b);
    return r == r ? r : ExactDouble.minimum(h, a, b);
  }

  /** FMAX.D. */
  public static double maximum(Hart h, double a, double b) {
    double r = Math.max(a, b);
    return r == r ? r : ExactDouble.maximum(h, a, b);
  }

  /** FEQ.D. */
  public static boolean isEqual(Hart h, double a, double b) {
    if (a == b) {
      return true;
    }
    if (a != a || b != b) {
      ExactDouble.isEqual(h, a, b);
    }
    return false;
  }

  /** FLT.D. */
  public static boolean isLess(Hart h, double a, double b) {
    if (a < b) {
      return true;
    }
    if (!(a >= b)) {
      FloatFlags.raise(h, FloatFlags.NV);
    }
    return false;
  }

  /** FLE.D. */
  public static boolean isLessOrEqual(Hart h, double a, double b) {
    if (a <= b) {
      return true;
    }
    if (!(a > b)) {
      FloatFlags.raise(h, FloatFlags.NV);
    }
    return false;
  }

  /** FCVT.W.D with static rounding towards zero: a conversion of C. */
  public static long toIntTruncated(Hart h, double a) {
    int r = (int) a;
    return Math.abs(a) < 0x1p31 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactDouble.toIntTruncated(h, a);
  }

  /** FCVT.WU.D with static rounding towards zero. */
  public static long toUnsignedIntTruncated(Hart h, double a) {
    long r = (long) a;
    return a > -1 && a < 0x1p32 && (isInexactAccrued(h) || r == a)
        ? (int) r
        : ExactDouble.toUnsignedIntTruncated(h, a);
  }

  /** FCVT.L.D with static rounding towards zero. */
  public static long toLongTruncated(Hart h, double a) {
    long r = (long) a;
    return Math.abs(a) < 0x1p63 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactDouble.toLongTruncated(h, a);
  }

  /** FCVT.LU.D with static rounding towards zero. */
  public static long toUnsignedLongTruncated(Hart h, double a) {
    long r = (long) a;
    return a > -1 && a < 0x1p63 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactDouble.toUnsignedLongTruncated(h, a);
  }

  /** FCVT.D.W: exact. */
  public static double fromInt(long a) {
    return (int) a;
  }

  /** FCVT.D.WU: exact. */
  public static double fromUnsignedInt(long a) {
    return a & 0xffff_ffffL;
  }

  /** FCVT.D.L. */
  public static double fromLong(Hart h, long a) {
    return h.frm() == RoundingMode.RNE && (isInexactAccrued(h) || Math.abs(a) >>> 53 == 0)
        ? (double) a
        : ExactDouble.fromLong(h, a);
  }

  /** FCVT.D.LU. */
  public static double fromUnsignedLong(Hart h, long a) {
    return h.frm() == RoundingMode.RNE && (isInexactAccrued(h) && a >= 0 || a >>> 53 == 0)
        ? (double) a
        : ExactDouble.fromUnsignedLong(h, a);
  }

  /** FCVT.D.S: exact. */
  public static double fromSingle(Hart h, float a) {
    return a == a ? a : ExactDouble.fromSingle(h, a);
  }
}
