package org.capvm.runtime.floatingpoint;

import static org.capvm.runtime.floatingpoint.Format.BINARY32;

import org.capvm.runtime.hart.Hart;

/**
 * The computational instructions of the F extension, one method each, named by the opcode.
 *
 * <p>Each takes the hart, whose {@code fflags} accrue exceptions, the source registers in the order
 * rs1, rs2, rs3, and the resolved rounding mode, 0 to 4, where the instruction has one. Operands
 * and results are raw register images: NaN-boxed single-precision patterns (others read as NaN), or
 * integers.
 */
public final class SingleOperations {
  private SingleOperations() {}

  private static float f(long register) {
    return NanBox.toFloat(register);
  }

  private static long p(long register) {
    return NanBox.pattern(register);
  }

  /** FADD.S. */
  public static long faddS(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float r = x + y;
      if (HostSingle.sumHolds(h, x, y, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Addition.add(h, BINARY32, p(a), p(b), rm));
  }

  /** FSUB.S. */
  public static long fsubS(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float r = x - y;
      if (HostSingle.differenceHolds(h, x, y, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Addition.subtract(h, BINARY32, p(a), p(b), rm));
  }

  /** FMUL.S. */
  public static long fmulS(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float r = x * y;
      if (HostSingle.productHolds(h, x, y, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Multiplication.multiply(h, BINARY32, p(a), p(b), rm));
  }

  /** FDIV.S. */
  public static long fdivS(Hart h, long a, long b, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float r = x / y;
      if (HostSingle.quotientHolds(h, x, y, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Division.divide(h, BINARY32, p(a), p(b), rm));
  }

  /** FSQRT.S. */
  public static long fsqrtS(Hart h, long a, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float r = (float) Math.sqrt(x);
      if (HostSingle.rootHolds(h, x, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Division.squareRoot(h, BINARY32, p(a), rm));
  }

  /** FMADD.S. */
  public static long fmaddS(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float z = f(c);
      float r = Math.fma(x, y, z);
      if (HostSingle.fusedHolds(h, x, y, z, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Multiplication.fused(h, BINARY32, p(a), p(b), p(c), false, false, rm));
  }

  /** FMSUB.S. */
  public static long fmsubS(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float z = f(c);
      float r = Math.fma(x, y, -z);
      if (HostSingle.fusedHolds(h, x, y, z, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Multiplication.fused(h, BINARY32, p(a), p(b), p(c), false, true, rm));
  }

  /** FNMSUB.S. */
  public static long fnmsubS(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float z = f(c);
      float r = Math.fma(-x, y, z);
      if (HostSingle.fusedHolds(h, x, y, z, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Multiplication.fused(h, BINARY32, p(a), p(b), p(c), true, false, rm));
  }

  /** FNMADD.S. */
  public static long fnmaddS(Hart h, long a, long b, long c, int rm) {
    if (rm == RoundingMode.RNE) {
      float x = f(a);
      float y = f(b);
      float z = f(c);
      float r = Math.fma(-x, y, -z);
      if (HostSingle.fusedHolds(h, x, y, z, r)) {
        return NanBox.box(r);
      }
    }
    return NanBox.ofPattern(Multiplication.fused(h, BINARY32, p(a), p(b), p(c), true, true, rm));
  }

  /** FSGNJ.S: a with the sign of b. */
  public static long fsgnjS(Hart h, long a, long b) {
    return NanBox.box(NanBox.unbox(a) & Integer.MAX_VALUE | NanBox.unbox(b) & Integer.MIN_VALUE);
  }

  /** FSGNJN.S: a with the opposite sign of b. */
  public static long fsgnjnS(Hart h, long a, long b) {
    return NanBox.box(NanBox.unbox(a) & Integer.MAX_VALUE | ~NanBox.unbox(b) & Integer.MIN_VALUE);
  }

  /** FSGNJX.S: a, its sign flipped by that of b. */
  public static long fsgnjxS(Hart h, long a, long b) {
    return NanBox.box(NanBox.unbox(a) ^ NanBox.unbox(b) & Integer.MIN_VALUE);
  }

  /** FMIN.S: the number where one operand is NaN, and -0 below +0. */
  public static long fminS(Hart h, long a, long b) {
    return NanBox.ofPattern(Comparison.minimum(h, BINARY32, p(a), p(b)));
  }

  /** FMAX.S: the number where one operand is NaN, and +0 above -0. */
  public static long fmaxS(Hart h, long a, long b) {
    return NanBox.ofPattern(Comparison.maximum(h, BINARY32, p(a), p(b)));
  }

  /** FEQ.S, quiet: 1 or 0. */
  public static long feqS(Hart h, long a, long b) {
    return Comparison.equal(h, BINARY32, p(a), p(b)) ? 1 : 0;
  }

  /** FLT.S, signalling: 1 or 0. */
  public static long fltS(Hart h, long a, long b) {
    return Comparison.less(h, BINARY32, p(a), p(b)) ? 1 : 0;
  }

  /** FLE.S, signalling: 1 or 0. */
  public static long fleS(Hart h, long a, long b) {
    return Comparison.lessOrEqual(h, BINARY32, p(a), p(b)) ? 1 : 0;
  }

  /** FCLASS.S: one bit of ten. */
  public static long fclassS(Hart h, long a) {
    return Comparison.classify(BINARY32, p(a));
  }

  /** FCVT.W.S. */
  public static long fcvtWS(Hart h, long a, int rm) {
    return Conversion.toSigned(h, BINARY32, p(a), 32, rm);
  }

  /** FCVT.WU.S. */
  public static long fcvtWUS(Hart h, long a, int rm) {
    return Conversion.toUnsigned(h, BINARY32, p(a), 32, rm);
  }

  /** FCVT.L.S. */
  public static long fcvtLS(Hart h, long a, int rm) {
    return Conversion.toSigned(h, BINARY32, p(a), 64, rm);
  }

  /** FCVT.LU.S. */
  public static long fcvtLUS(Hart h, long a, int rm) {
    return Conversion.toUnsigned(h, BINARY32, p(a), 64, rm);
  }

  /** FCVT.S.W. */
  public static long fcvtSW(Hart h, long a, int rm) {
    return NanBox.ofPattern(Conversion.fromSigned(h, BINARY32, (int) a, rm));
  }

  /** FCVT.S.WU. */
  public static long fcvtSWU(Hart h, long a, int rm) {
    return NanBox.ofPattern(Conversion.fromUnsigned(h, BINARY32, a & 0xffff_ffffL, rm));
  }

  /** FCVT.S.L. */
  public static long fcvtSL(Hart h, long a, int rm) {
    return NanBox.ofPattern(Conversion.fromSigned(h, BINARY32, a, rm));
  }

  /** FCVT.S.LU. */
  public static long fcvtSLU(Hart h, long a, int rm) {
    return NanBox.ofPattern(Conversion.fromUnsigned(h, BINARY32, a, rm));
  }

  /** FMV.X.W: the low 32 bits sign-extended, boxed or not. */
  public static long fmvXW(Hart h, long a) {
    return (int) a;
  }

  /** FMV.W.X: the low 32 bits, boxed. */
  public static long fmvWX(Hart h, long a) {
    return NanBox.box((int) a);
  }
}
