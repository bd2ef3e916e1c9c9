package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * D instructions with a dynamic rounding mode for translated code, on {@code double} values.
 *
 * <p>Each is small enough to be inlined where it is called (the launcher forces it) and does the
 * host operation. Its result stands when frm is RNE, NX has accrued already, and the result is such
 * that no other flag is possible; anything else goes to {@link ExactDouble}. NaN results always do,
 * so that canonicalisation costs nothing.
 *
 * <p>The first two conditions cost nothing: the hart's bounds let no result pass unless they hold.
 * Sums need no lower bound, because one below the normal numbers is exact. Products, quotients and
 * fused results must be strictly above MIN_NORMAL in magnitude, because one rounded up to
 * MIN_NORMAL can have been tiny; zeros that come from zeros are told apart here, so that sparse
 * data stays out of the slow path. Only a NaN makes a square root doubtful.
 *
 * @see ReservedRoundingMode thrown while frm is reserved
 */
public final class FastDouble {
  private FastDouble() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  /**
   * Whether a result is strictly above MIN_NORMAL and finite, in host mode: one unsigned comparison
   * of integers, because the ports for floating-point comparisons are those of the arithmetic.
   */
  private static boolean isHostResult(Hart h, double r) {
    long magnitude = Double.doubleToRawLongBits(r) << 1;
    return Long.compareUnsigned(magnitude - Hart.LOWEST_HOST_RESULT, h.hostResults) < 0;
  }

  /** FADD.D. */
  public static double add(Hart h, double a, double b) {
    double r = a + b;
    return Math.abs(r) < h.hostCeiling ? r : ExactDouble.add(h, a, b);
  }

  /** FSUB.D. */
  public static double subtract(Hart h, double a, double b) {
    double r = a - b;
    return Math.abs(r) < h.hostCeiling ? r : ExactDouble.subtract(h, a, b);
  }

  /** FMUL.D. */
  public static double multiply(Hart h, double a, double b) {
    double r = a * b;
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && (a == 0 || b == 0) && h.hostCeiling > 0 ? r : ExactDouble.multiply(h, a, b);
  }

  /** FDIV.D. */
  public static double divide(Hart h, double a, double b) {
    double r = a / b;
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && a == 0 && h.hostCeiling > 0 ? r : ExactDouble.divide(h, a, b);
  }

  /** FSQRT.D. */
  public static double squareRoot(Hart h, double a) {
    double r = Math.sqrt(a);
    return r <= h.hostCeiling ? r : ExactDouble.squareRoot(h, a);
  }

  /** FMADD.D. */
  public static double multiplyAdd(Hart h, double a, double b, double c) {
    double r = Math.fma(a, b, c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeiling > 0
        ? r
        : ExactDouble.multiplyAdd(h, a, b, c);
  }

  /** FMSUB.D. */
  public static double multiplySubtract(Hart h, double a, double b, double c) {
    double r = Math.fma(a, b, -c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeiling > 0
        ? r
        : ExactDouble.multiplySubtract(h, a, b, c);
  }

  /** FNMSUB.D. */
  public static double negatedMultiplySubtract(Hart h, double a, double b, double c) {
    double r = Math.fma(-a, b, c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeiling > 0
        ? r
        : ExactDouble.negatedMultiplySubtract(h, a, b, c);
  }

  /** FNMADD.D. */
  public static double negatedMultiplyAdd(Hart h, double a, double b, double c) {
    double r = Math.fma(-a, b, -c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeiling > 0
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
