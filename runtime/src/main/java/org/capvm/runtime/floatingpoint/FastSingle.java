package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * F instructions with a dynamic rounding mode for translated code, on {@code float} values.
 *
 * <p>Each is small enough to be inlined where it is called (the launcher forces it) and does the
 * host operation. Its result stands when frm is RNE, NX has accrued already, and the result is such
 * that no other flag is possible; anything else goes to {@link ExactSingle}. NaN results always do,
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
public final class FastSingle {
  private FastSingle() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  /** Whether a result is strictly above MIN_NORMAL and finite, in host mode. */
  private static boolean isHostResult(Hart h, float r) {
    int magnitude = Float.floatToRawIntBits(r) << 1;
    return Integer.compareUnsigned(magnitude - Hart.LOWEST_HOST_RESULT_SINGLE, h.hostResultsSingle)
        < 0;
  }

  /** FADD.S. */
  public static float add(Hart h, float a, float b) {
    float r = a + b;
    return Math.abs(r) < h.hostCeilingSingle ? r : ExactSingle.add(h, a, b);
  }

  /** FSUB.S. */
  public static float subtract(Hart h, float a, float b) {
    float r = a - b;
    return Math.abs(r) < h.hostCeilingSingle ? r : ExactSingle.subtract(h, a, b);
  }

  /** FMUL.S. */
  public static float multiply(Hart h, float a, float b) {
    float r = a * b;
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && (a == 0 || b == 0) && h.hostCeilingSingle > 0
        ? r
        : ExactSingle.multiply(h, a, b);
  }

  /** FDIV.S. */
  public static float divide(Hart h, float a, float b) {
    float r = a / b;
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && a == 0 && h.hostCeilingSingle > 0 ? r : ExactSingle.divide(h, a, b);
  }

  /** FSQRT.S. */
  public static float squareRoot(Hart h, float a) {
    float r = (float) Math.sqrt(a);
    return r <= h.hostCeilingSingle ? r : ExactSingle.squareRoot(h, a);
  }

  /** FMADD.S. */
  public static float multiplyAdd(Hart h, float a, float b, float c) {
    float r = Math.fma(a, b, c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeilingSingle > 0
        ? r
        : ExactSingle.multiplyAdd(h, a, b, c);
  }

  /** FMSUB.S. */
  public static float multiplySubtract(Hart h, float a, float b, float c) {
    float r = Math.fma(a, b, -c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeilingSingle > 0
        ? r
        : ExactSingle.multiplySubtract(h, a, b, c);
  }

  /** FNMSUB.S. */
  public static float negatedMultiplySubtract(Hart h, float a, float b, float c) {
    float r = Math.fma(-a, b, c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeilingSingle > 0
        ? r
        : ExactSingle.negatedMultiplySubtract(h, a, b, c);
  }

  /** FNMADD.S. */
  public static float negatedMultiplyAdd(Hart h, float a, float b, float c) {
    float r = Math.fma(-a, b, -c);
    if (isHostResult(h, r)) {
      return r;
    }
    return r == 0 && c == 0 && (a == 0 || b == 0) && h.hostCeilingSingle > 0
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

  /** FCVT.S.D. */
  public static float fromDouble(Hart h, double a) {
    float r = (float) a;
    if (isHostResult(h, r)) {
      return r;
    }
    return r == a && h.frm() == RoundingMode.RNE ? r : ExactSingle.fromDouble(h, a);
  }
}
