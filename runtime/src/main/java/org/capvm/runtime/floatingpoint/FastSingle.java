package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * F instructions with a dynamic rounding mode for translated code, on {@code float} values.
 *
 * <p>Each is small enough to be inlined where it is called (the launcher forces it) and does the
 * host operation. Its result stands when frm is RNE, NX has accrued already, and the result is such
 * that no other flag is possible; anything else goes to {@link SingleOperations}. NaN results
 * always do, so that canonicalisation costs nothing.
 *
 * <p>Sums need no lower bound: one below the normal numbers is exact. Products, quotients and fused
 * results must be strictly above MIN_NORMAL in magnitude, because one rounded up to MIN_NORMAL can
 * have been tiny.
 *
 * @see ReservedRoundingMode thrown while frm is reserved
 */
public final class FastSingle {
  private FastSingle() {}

  /** Whether frm is RNE and NX has accrued. */
  private static boolean isHostMode(Hart h) {
    return (h.frm | ~h.fflags & FloatFlags.NX) == 0;
  }

  private static boolean isFinite(float r) {
    return Math.abs(r) < Float.POSITIVE_INFINITY;
  }

  private static boolean isNormal(float r) {
    return Math.abs(r) > Float.MIN_NORMAL && Math.abs(r) < Float.POSITIVE_INFINITY;
  }

  private static long bits(float value) {
    return NanBox.box(value);
  }

  private static float value(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  /** FADD.S. */
  public static float add(Hart h, float a, float b) {
    float r = a + b;
    return isHostMode(h) && isFinite(r) ? r : addExactly(h, a, b);
  }

  private static float addExactly(Hart h, float a, float b) {
    return value(SingleOperations.faddS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FSUB.S. */
  public static float subtract(Hart h, float a, float b) {
    float r = a - b;
    return isHostMode(h) && isFinite(r) ? r : subtractExactly(h, a, b);
  }

  private static float subtractExactly(Hart h, float a, float b) {
    return value(SingleOperations.fsubS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FMUL.S. */
  public static float multiply(Hart h, float a, float b) {
    float r = a * b;
    return isHostMode(h) && isNormal(r) ? r : multiplyExactly(h, a, b);
  }

  private static float multiplyExactly(Hart h, float a, float b) {
    return value(SingleOperations.fmulS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FDIV.S. */
  public static float divide(Hart h, float a, float b) {
    float r = a / b;
    return isHostMode(h) && isNormal(r) ? r : divideExactly(h, a, b);
  }

  private static float divideExactly(Hart h, float a, float b) {
    return value(SingleOperations.fdivS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FSQRT.S. */
  public static float squareRoot(Hart h, float a) {
    float r = (float) Math.sqrt(a);
    return isHostMode(h) && isNormal(r) ? r : squareRootExactly(h, a);
  }

  private static float squareRootExactly(Hart h, float a) {
    return value(SingleOperations.fsqrtS(h, bits(a), RoundingMode.dynamic(h)));
  }

  /** FMADD.S. */
  public static float multiplyAdd(Hart h, float a, float b, float c) {
    float r = Math.fma(a, b, c);
    return isHostMode(h) && isNormal(r) ? r : multiplyAddExactly(h, a, b, c);
  }

  private static float multiplyAddExactly(Hart h, float a, float b, float c) {
    return value(SingleOperations.fmaddS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FMSUB.S. */
  public static float multiplySubtract(Hart h, float a, float b, float c) {
    float r = Math.fma(a, b, -c);
    return isHostMode(h) && isNormal(r) ? r : multiplySubtractExactly(h, a, b, c);
  }

  private static float multiplySubtractExactly(Hart h, float a, float b, float c) {
    return value(SingleOperations.fmsubS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FNMSUB.S. */
  public static float negatedMultiplySubtract(Hart h, float a, float b, float c) {
    float r = Math.fma(-a, b, c);
    return isHostMode(h) && isNormal(r) ? r : negatedMultiplySubtractExactly(h, a, b, c);
  }

  private static float negatedMultiplySubtractExactly(Hart h, float a, float b, float c) {
    return value(SingleOperations.fnmsubS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FNMADD.S. */
  public static float negatedMultiplyAdd(Hart h, float a, float b, float c) {
    float r = Math.fma(-a, b, -c);
    return isHostMode(h) && isNormal(r) ? r : negatedMultiplyAddExactly(h, a, b, c);
  }

  private static float negatedMultiplyAddExactly(Hart h, float a, float b, float c) {
    return value(SingleOperations.fnmaddS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FMIN.S. */
  public static float minimum(Hart h, float a, float b) {
    float r = Math.min(a, b);
    return r == r ? r : minimumOfNan(h, a, b);
  }

  private static float minimumOfNan(Hart h, float a, float b) {
    return value(SingleOperations.fminS(h, bits(a), bits(b)));
  }

  /** FMAX.S. */
  public static float maximum(Hart h, float a, float b) {
    float r = Math.max(a, b);
    return r == r ? r : maximumOfNan(h, a, b);
  }

  private static float maximumOfNan(Hart h, float a, float b) {
    return value(SingleOperations.fmaxS(h, bits(a), bits(b)));
  }

  /** FEQ.S. */
  public static boolean isEqual(Hart h, float a, float b) {
    if (a == b) {
      return true;
    }
    if (a != a || b != b) {
      SingleOperations.feqS(h, bits(a), bits(b));
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
    return Math.abs(a) < 0x1p31 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : SingleOperations.fcvtWS(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.WU.S with static rounding towards zero. */
  public static long toUnsignedIntTruncated(Hart h, float a) {
    long r = (long) a;
    return a > -1 && a < 0x1p32 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? (int) r
        : SingleOperations.fcvtWUS(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.L.S with static rounding towards zero. */
  public static long toLongTruncated(Hart h, float a) {
    long r = (long) a;
    return Math.abs(a) < 0x1p63 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : SingleOperations.fcvtLS(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.LU.S with static rounding towards zero. */
  public static long toUnsignedLongTruncated(Hart h, float a) {
    long r = (long) a;
    return a > -1 && a < 0x1p63 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : SingleOperations.fcvtLUS(h, bits(a), RoundingMode.RTZ);
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
    return isHostMode(h) || h.frm == RoundingMode.RNE && Math.abs(a) >>> 24 == 0
        ? (float) a
        : value(SingleOperations.fcvtSL(h, a, RoundingMode.dynamic(h)));
  }

  /** FCVT.S.LU. */
  public static float fromUnsignedLong(Hart h, long a) {
    return isHostMode(h) && a >= 0 || h.frm == RoundingMode.RNE && a >>> 24 == 0
        ? (float) a
        : value(SingleOperations.fcvtSLU(h, a, RoundingMode.dynamic(h)));
  }

  /** FCVT.S.D. */
  public static float fromDouble(Hart h, double a) {
    float r = (float) a;
    return isHostMode(h) && isNormal(r) || h.frm == RoundingMode.RNE && r == a
        ? r
        : fromDoubleExactly(h, a);
  }

  private static float fromDoubleExactly(Hart h, double a) {
    long bits = Double.doubleToRawLongBits(a);
    return value(DoubleOperations.fcvtSD(h, bits, RoundingMode.dynamic(h)));
  }
}
