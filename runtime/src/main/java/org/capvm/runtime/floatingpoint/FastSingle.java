package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * F instructions with a dynamic rounding mode for translated code, on {@code float} values, each
 * small enough to be inlined where it is called (the launcher forces it).
 *
 * <p>Arithmetic takes two steps. Translated code does the host operation and asks {@link #isSum},
 * {@link #isResult} or {@link #isRoot} whether its result holds: whether frm is RNE, NX has accrued
 * already, and no other flag is possible. The first two conditions cost nothing, because the hart's
 * bounds let no result pass unless they hold. Only where the answer is no, the method named by the
 * operation is called with the doubtful result and the operands: it accepts results that are exact,
 * which raise nothing whether NX has accrued or not, and leaves the rest to {@link ExactSingle}.
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
public final class FastSingle {
  private FastSingle() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  /** Whether a host product, quotient, fused or narrowed result holds. */
  public static boolean isResult(float r, Hart h) {
    int magnitude = Float.floatToRawIntBits(r) << 1;
    return Integer.compareUnsigned(magnitude - Hart.LOWEST_HOST_RESULT_SINGLE, h.hostResultsSingle)
        < 0;
  }

  /** Whether a host sum or difference holds. Of infinities and NaNs none does. */
  public static boolean isSum(float r, Hart h) {
    return Math.abs(r) < h.hostCeilingSingle;
  }

  /** Whether a host square root holds: of NaNs none does. */
  public static boolean isRoot(float r, Hart h) {
    return r <= h.hostCeilingSingle;
  }

  /** Whether a sum is finite and exact: the error of any finite sum is this one (TwoSum). */
  static boolean isExactSum(float x, float y, float r) {
    float most = r - x;
    float error = (x - (r - most)) + (y - most);
    return Math.abs(error) <= 0;
  }

  /** Whether a product is exact. */
  static boolean isExactProduct(float x, float y, float r) {
    return (double) x * y == r;
  }

  /** Whether a quotient is exact; where the divisor is 0, the product below is 0 or NaN. */
  static boolean isExactQuotient(float x, float y, float r) {
    return (double) r * y == x;
  }

  /** Whether a square root is exact. */
  static boolean isExactRoot(float x, float r) {
    return (double) r * r == x;
  }

  /** Whether a fused result is exact because the sum, too, fits a double. */
  static boolean isExactFused(float x, float y, float z, float r) {
    double product = (double) x * y;
    double sum = product + z;
    return r == sum && FastDouble.isExactSum(product, z, sum);
  }

  /** FADD.S whose host result is doubtful. */
  public static float add(float r, float a, float b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactSum(a, b, r) ? r : ExactSingle.add(h, a, b);
  }

  /** FSUB.S whose host result is doubtful. */
  public static float subtract(float r, float a, float b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactSum(a, -b, r) ? r : ExactSingle.subtract(h, a, b);
  }

  /** FMUL.S whose host result is doubtful. */
  public static float multiply(float r, float a, float b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactProduct(a, b, r)
        ? r
        : ExactSingle.multiply(h, a, b);
  }

  /** FDIV.S whose host result is doubtful. */
  public static float divide(float r, float a, float b, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactQuotient(a, b, r)
        ? r
        : ExactSingle.divide(h, a, b);
  }

  /** FSQRT.S whose host result is doubtful. */
  public static float squareRoot(float r, float a, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactRoot(a, r) ? r : ExactSingle.squareRoot(h, a);
  }

  /** FMADD.S whose host result is doubtful. */
  public static float multiplyAdd(float r, float a, float b, float c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(a, b, c, r)
        ? r
        : ExactSingle.multiplyAdd(h, a, b, c);
  }

  /** FMSUB.S whose host result is doubtful. */
  public static float multiplySubtract(float r, float a, float b, float c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(a, b, -c, r)
        ? r
        : ExactSingle.multiplySubtract(h, a, b, c);
  }

  /** FNMSUB.S whose host result is doubtful. */
  public static float negatedMultiplySubtract(float r, float a, float b, float c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(-a, b, c, r)
        ? r
        : ExactSingle.negatedMultiplySubtract(h, a, b, c);
  }

  /** FNMADD.S whose host result is doubtful. */
  public static float negatedMultiplyAdd(float r, float a, float b, float c, Hart h) {
    return h.frm() == RoundingMode.RNE && isExactFused(-a, b, -c, r)
        ? r
        : ExactSingle.negatedMultiplyAdd(h, a, b, c);
  }

  /** FMIN.S. */
  public static float minimum(Hart h, float a, float b) {
    float r = Math.min(a, b);
    return r == r ? r : ExactSingle.minimum(h, a, b);
  }

  /** FMAX.S. */
  public static float maximum(Hart h, float a, float b) {
    float r = Math.max(a, b);
    return r == r ? r : ExactSingle.maximum(h, a, b);
  }

  /** FEQ.S. */
  public static boolean isEqual(Hart h, float a, float b) {
    if (a == b) {
      return true;
    }
    if (a != a || b != b) {
      ExactSingle.isEqual(h, a, b);
    }
    return false;
  }

  /** FLT.S. */
  public static boolean isLess(Hart h, float a, float b) {
    if (a < b) {
      return true;
    }
    if (!(a >= b)) {
      FloatFlags.raise(h, FloatFlags.NV);
    }
    return false;
  }

  /** FLE.S. */
  public static boolean isLessOrEqual(Hart h, float a, float b) {
    if (a <= b) {
      return true;
    }
    if (!(a > b)) {
      FloatFlags.raise(h, FloatFlags.NV);
    }
    return false;
  }

  /** FCVT.W.S with static rounding towards zero: a conversion of C. */
  public static long toIntTruncated(Hart h, float a) {
    int r = (int) a;
    return Math.abs(a) < 0x1p31 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactSingle.toIntTruncated(h, a);
  }

  /** FCVT.WU.S with static rounding towards zero. */
  public static long toUnsignedIntTruncated(Hart h, float a) {
    long r = (long) a;
    return a > -1 && a < 0x1p32 && (isInexactAccrued(h) || r == a)
        ? (int) r
        : ExactSingle.toUnsignedIntTruncated(h, a);
  }

  /** FCVT.L.S with static rounding towards zero. */
  public static long toLongTruncated(Hart h, float a) {
    long r = (long) a;
    return Math.abs(a) < 0x1p63 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactSingle.toLongTruncated(h, a);
  }

  /** FCVT.LU.S with static rounding towards zero. */
  public static long toUnsignedLongTruncated(Hart h, float a) {
    long r = (long) a;
    return a > -1 && a < 0x1p63 && (isInexactAccrued(h) || r == a)
        ? r
        : ExactSingle.toUnsignedLongTruncated(h, a);
  }

  /** FCVT.S.W. */
  public static float fromInt(Hart h, long a) {
    return fromLong(h, (int) a);
  }

  /** FCVT.S.WU. */
  public static float fromUnsignedInt(Hart h, long a) {
    return fromLong(h, a & 0xffff_ffffL);
  }

  /** FCVT.S.L. */
  public static float fromLong(Hart h, long a) {
    return h.frm() == RoundingMode.RNE && (isInexactAccrued(h) || Math.abs(a) >>> 24 == 0)
        ? (float) a
        : ExactSingle.fromLong(h, a);
  }

  /** FCVT.S.LU. */
  public static float fromUnsignedLong(Hart h, long a) {
    return h.frm() == RoundingMode.RNE && (isInexactAccrued(h) && a >= 0 || a >>> 24 == 0)
        ? (float) a
        : ExactSingle.fromUnsignedLong(h, a);
  }

  /** FCVT.S.D whose host result is doubtful. */
  public static float fromDouble(float r, double a, Hart h) {
    return h.frm() == RoundingMode.RNE && r == a ? r : ExactSingle.fromDouble(h, a);
  }
}
