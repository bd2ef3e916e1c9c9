package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * D instructions with a dynamic rounding mode for translated code, on {@code double} values.
 *
 * <p>Each is small enough to be inlined where it is called (the launcher forces it) and does the
 * host operation. Its result stands when frm is RNE, NX has accrued already, and the result is such
 * that no other flag is possible; anything else goes to {@link DoubleOperations}. NaN results
 * always do, so that canonicalisation costs nothing.
 *
 * <p>Sums need no lower bound: one below the normal numbers is exact. Products, quotients and fused
 * results must be strictly above MIN_NORMAL in magnitude, because one rounded up to MIN_NORMAL can
 * have been tiny.
 *
 * @see ReservedRoundingMode thrown while frm is reserved
 */
public final class FastDouble {
  private FastDouble() {}

  /** Whether frm is RNE and NX has accrued. */
  private static boolean isHostMode(Hart h) {
    return (h.frm | ~h.fflags & FloatFlags.NX) == 0;
  }

  private static boolean isFinite(double r) {
    return Math.abs(r) < Double.POSITIVE_INFINITY;
  }

  private static boolean isNormal(double r) {
    return Math.abs(r) > Double.MIN_NORMAL && Math.abs(r) < Double.POSITIVE_INFINITY;
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  /** FADD.D. */
  public static double add(Hart h, double a, double b) {
    double r = a + b;
    return isHostMode(h) && isFinite(r) ? r : addExactly(h, a, b);
  }

  private static double addExactly(Hart h, double a, double b) {
    return value(DoubleOperations.faddD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FSUB.D. */
  public static double subtract(Hart h, double a, double b) {
    double r = a - b;
    return isHostMode(h) && isFinite(r) ? r : subtractExactly(h, a, b);
  }

  private static double subtractExactly(Hart h, double a, double b) {
    return value(DoubleOperations.fsubD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FMUL.D. */
  public static double multiply(Hart h, double a, double b) {
    double r = a * b;
    return isHostMode(h) && isNormal(r) ? r : multiplyExactly(h, a, b);
  }

  private static double multiplyExactly(Hart h, double a, double b) {
    return value(DoubleOperations.fmulD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FDIV.D. */
  public static double divide(Hart h, double a, double b) {
    double r = a / b;
    return isHostMode(h) && isNormal(r) ? r : divideExactly(h, a, b);
  }

  private static double divideExactly(Hart h, double a, double b) {
    return value(DoubleOperations.fdivD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  /** FSQRT.D. */
  public static double squareRoot(Hart h, double a) {
    double r = Math.sqrt(a);
    return isHostMode(h) && isNormal(r) ? r : squareRootExactly(h, a);
  }

  private static double squareRootExactly(Hart h, double a) {
    return value(DoubleOperations.fsqrtD(h, bits(a), RoundingMode.dynamic(h)));
  }

  /** FMADD.D. */
  public static double multiplyAdd(Hart h, double a, double b, double c) {
    double r = Math.fma(a, b, c);
    return isHostMode(h) && isNormal(r) ? r : multiplyAddExactly(h, a, b, c);
  }

  private static double multiplyAddExactly(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fmaddD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FMSUB.D. */
  public static double multiplySubtract(Hart h, double a, double b, double c) {
    double r = Math.fma(a, b, -c);
    return isHostMode(h) && isNormal(r) ? r : multiplySubtractExactly(h, a, b, c);
  }

  private static double multiplySubtractExactly(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fmsubD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FNMSUB.D. */
  public static double negatedMultiplySubtract(Hart h, double a, double b, double c) {
    double r = Math.fma(-a, b, c);
    return isHostMode(h) && isNormal(r) ? r : negatedMultiplySubtractExactly(h, a, b, c);
  }

  private static double negatedMultiplySubtractExactly(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fnmsubD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FNMADD.D. */
  public static double negatedMultiplyAdd(Hart h, double a, double b, double c) {
    double r = Math.fma(-a, b, -c);
    return isHostMode(h) && isNormal(r) ? r : negatedMultiplyAddExactly(h, a, b, c);
  }

  private static double negatedMultiplyAddExactly(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fnmaddD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  /** FMIN.D. */
  public static double minimum(Hart h, double a, double b) {
    double r = Math.min(a, b);
    return r == r ? r : minimumOfNan(h, a, b);
  }

  private static double minimumOfNan(Hart h, double a, double b) {
    return value(DoubleOperations.fminD(h, bits(a), bits(b)));
  }

  /** FMAX.D. */
  public static double maximum(Hart h, double a, double b) {
    double r = Math.max(a, b);
    return r == r ? r : maximumOfNan(h, a, b);
  }

  private static double maximumOfNan(Hart h, double a, double b) {
    return value(DoubleOperations.fmaxD(h, bits(a), bits(b)));
  }

  /** FEQ.D. */
  public static boolean isEqual(Hart h, double a, double b) {
    if (a == b) {
      return true;
    }
    if (a != a || b != b) {
      DoubleOperations.feqD(h, bits(a), bits(b));
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
    return Math.abs(a) < 0x1p31 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : DoubleOperations.fcvtWD(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.WU.D with static rounding towards zero. */
  public static long toUnsignedIntTruncated(Hart h, double a) {
    long r = (long) a;
    return a > -1 && a < 0x1p32 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? (int) r
        : DoubleOperations.fcvtWUD(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.L.D with static rounding towards zero. */
  public static long toLongTruncated(Hart h, double a) {
    long r = (long) a;
    return Math.abs(a) < 0x1p63 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : DoubleOperations.fcvtLD(h, bits(a), RoundingMode.RTZ);
  }

  /** FCVT.LU.D with static rounding towards zero. */
  public static long toUnsignedLongTruncated(Hart h, double a) {
    long r = (long) a;
    return a > -1 && a < 0x1p63 && ((h.fflags & FloatFlags.NX) != 0 || r == a)
        ? r
        : DoubleOperations.fcvtLUD(h, bits(a), RoundingMode.RTZ);
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
    return isHostMode(h) || h.frm == RoundingMode.RNE && Math.abs(a) >>> 53 == 0
        ? (double) a
        : value(DoubleOperations.fcvtDL(h, a, RoundingMode.dynamic(h)));
  }

  /** FCVT.D.LU. */
  public static double fromUnsignedLong(Hart h, long a) {
    return isHostMode(h) && a >= 0 || h.frm == RoundingMode.RNE && a >>> 53 == 0
        ? (double) a
        : value(DoubleOperations.fcvtDLU(h, a, RoundingMode.dynamic(h)));
  }

  /** FCVT.D.S: exact. */
  public static double fromSingle(Hart h, float a) {
    return a == a ? a : value(DoubleOperations.fcvtDS(h, NanBox.box(a), RoundingMode.RNE));
  }
}
