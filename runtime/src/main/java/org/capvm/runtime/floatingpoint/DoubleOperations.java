package org.capvm.runtime.floatingpoint;

import static org.capvm.runtime.floatingpoint.Format.BINARY64;

import org.capvm.runtime.hart.Hart;

/**
 * The computational instructions of the D extension, one method each, named by the opcode.
 *
 * <p>Each takes the hart, whose {@code fflags} accrue exceptions, the source registers in the order
 * rs1, rs2, rs3, and the resolved rounding mode, 0 to 4, where the instruction has one. Operands
 * and results are raw register images: double-precision patterns, NaN-boxed single-precision ones,
 * or integers.
 */
public final class DoubleOperations {
  private DoubleOperations() {}

  private static double d(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** FADD.D. */
  public static long faddD(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double r = x + y;
      if (HostDouble.sumHolds(h, x, y, r)) {
        return bits(r);
      }
    }
    return Addition.add(h, BINARY64, a, b, rm);
  }

  /** FSUB.D. */
  public static long fsubD(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double r = x - y;
      if (HostDouble.differenceHolds(h, x, y, r)) {
        return bits(r);
      }
    }
    return Addition.subtract(h, BINARY64, a, b, rm);
  }

  /** FMUL.D. */
  public static long fmulD(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double r = x * y;
      if (HostDouble.productHolds(h, x, y, r)) {
        return bits(r);
      }
    }
    return Multiplication.multiply(h, BINARY64, a, b, rm);
  }

  /** FDIV.D. */
  public static long fdivD(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double r = x / y;
      if (HostDouble.quotientHolds(h, x, y, r)) {
        return bits(r);
      }
    }
    return Division.divide(h, BINARY64, a, b, rm);
  }

  /** FSQRT.D. */
  public static long fsqrtD(Hart h, long a, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double r = Math.sqrt(x);
      if (HostDouble.rootHolds(h, x, r)) {
        return bits(r);
      }
    }
    return Division.squareRoot(h, BINARY64, a, rm);
  }

  /** FMADD.D. */
  public static long fmaddD(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double z = d(c);
      double r = Math.fma(x, y, z);
      if (HostDouble.fusedHolds(h, x, y, z, r)) {
        return bits(r);
      }
    }
    return Multiplication.fused(h, BINARY64, a, b, c, false, false, rm);
  }

  /** FMSUB.D. */
  public static long fmsubD(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double z = d(c);
      double r = Math.fma(x, y, -z);
      if (HostDouble.fusedHolds(h, x, y, z, r)) {
        return bits(r);
      }
    }
    return Multiplication.fused(h, BINARY64, a, b, c, false, true, rm);
  }

  /** FNMSUB.D. */
  public static long fnmsubD(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double z = d(c);
      double r = Math.fma(-x, y, z);
      if (HostDouble.fusedHolds(h, x, y, z, r)) {
        return bits(r);
      }
    }
    return Multiplication.fused(h, BINARY64, a, b, c, true, false, rm);
  }

  /** FNMADD.D. */
  public static long fnmaddD(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      double x = d(a);
      double y = d(b);
      double z = d(c);
      double r = Math.fma(-x, y, -z);
      if (HostDouble.fusedHolds(h, x, y, z, r)) {
        return bits(r);
      }
    }
    return Multiplication.fused(h, BINARY64, a, b, c, true, true, rm);
  }

  /** FSGNJ.D: a with the sign of b. */
  public static long fsgnjD(Hart h, long a, long b) {
    return a & Long.MAX_VALUE | b & Long.MIN_VALUE;
  }

  /** FSGNJN.D: a with the opposite sign of b. */
  public static long fsgnjnD(Hart h, long a, long b) {
    return a & Long.MAX_VALUE | ~b & Long.MIN_VALUE;
  }

  /** FSGNJX.D: a, its sign flipped by that of b. */
  public static long fsgnjxD(Hart h, long a, long b) {
    return a ^ b & Long.MIN_VALUE;
  }

  /** FMIN.D: the number where one operand is NaN, and -0 below +0. */
  public static long fminD(Hart h, long a, long b) {
    return Comparison.minimum(h, BINARY64, a, b);
  }

  /** FMAX.D: the number where one operand is NaN, and +0 above -0. */
  public static long fmaxD(Hart h, long a, long b) {
    return Comparison.maximum(h, BINARY64, a, b);
  }

  /** FEQ.D, quiet: 1 or 0. */
  public static long feqD(Hart h, long a, long b) {
    return Comparison.equal(h, BINARY64, a, b) ? 1 : 0;
  }

  /** FLT.D, signalling: 1 or 0. */
  public static long fltD(Hart h, long a, long b) {
    return Comparison.less(h, BINARY64, a, b) ? 1 : 0;
  }

  /** FLE.D, signalling: 1 or 0. */
  public static long fleD(Hart h, long a, long b) {
    return Comparison.lessOrEqual(h, BINARY64, a, b) ? 1 : 0;
  }

  /** FCLASS.D: one bit of ten. */
  public static long fclassD(Hart h, long a) {
    return Comparison.classify(BINARY64, a);
  }

  /** FCVT.W.D. */
  public static long fcvtWD(Hart h, long a, int rm) {
    return Conversion.toSigned(h, BINARY64, a, 32, rm);
  }

  /** FCVT.WU.D. */
  public static long fcvtWUD(Hart h, long a, int rm) {
    return Conversion.toUnsigned(h, BINARY64, a, 32, rm);
  }

  /** FCVT.L.D. */
  public static long fcvtLD(Hart h, long a, int rm) {
    return Conversion.toSigned(h, BINARY64, a, 64, rm);
  }

  /** FCVT.LU.D. */
  public static long fcvtLUD(Hart h, long a, int rm) {
    return Conversion.toUnsigned(h, BINARY64, a, 64, rm);
  }

  /** FCVT.D.W: exact. */
  public static long fcvtDW(Hart h, long a, int rm) {
    return bits((int) a);
  }

  /** FCVT.D.WU: exact. */
  public static long fcvtDWU(Hart h, long a, int rm) {
    return bits(a & 0xffff_ffffL);
  }

  /** FCVT.D.L. */
  public static long fcvtDL(Hart h, long a, int rm) {
    return Conversion.fromSigned(h, BINARY64, a, rm);
  }

  /** FCVT.D.LU. */
  public static long fcvtDLU(Hart h, long a, int rm) {
    return Conversion.fromUnsigned(h, BINARY64, a, rm);
  }

  /** FCVT.S.D. */
  public static long fcvtSD(Hart h, long a, int rm) {
    return NanBox.ofPattern(Conversion.convert(h, BINARY64, Format.BINARY32, a, rm));
  }

  /** FCVT.D.S: exact, but a signalling NaN is invalid. */
  public static long fcvtDS(Hart h, long a, int rm) {
    return Conversion.convert(h, Format.BINARY32, BINARY64, NanBox.pattern(a), rm);
  }

  /** FMV.X.D: the bits. */
  public static long fmvXD(Hart h, long a) {
    return a;
  }

  /** FMV.D.X: the bits. */
  public static long fmvDX(Hart h, long a) {
    return a;
  }
}
