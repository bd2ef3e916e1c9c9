package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.rd;
import static org.capvm.runtime.interpreter.PackedInstruction.rs1;
import static org.capvm.runtime.interpreter.PackedInstruction.rs2;
import static org.capvm.runtime.interpreter.PackedInstruction.rs3;

import org.capvm.runtime.floatingpoint.DoubleOperations;
import org.capvm.runtime.floatingpoint.RoundingMode;
import org.capvm.runtime.floatingpoint.SingleOperations;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Opcode;

/** The F and D extensions, without loads and stores. */
final class FloatInstructions {
  private FloatInstructions() {}

  /**
   * Executes an instruction.
   *
   * @return false when it is illegal, because it is rounded dynamically and frm is reserved
   */
  static boolean execute(Hart h, Opcode opcode, long op) {
    int rm = 0;
    if (opcode.format().isRounded()) {
      rm = RoundingMode.resolve(h, PackedInstruction.roundingMode(op));
      if (!RoundingMode.isValid(rm)) {
        return false;
      }
    }
    switch (opcode.format()) {
      case FLOAT_FUSED, FLOAT_BINARY_ROUNDED, FLOAT_BINARY, FLOAT_UNARY_ROUNDED ->
          compute(h, opcode, op, rm);
      case INTEGER_TO_FLOAT, INTEGER_TO_FLOAT_ROUNDED -> fromInteger(h, opcode, op, rm);
      default -> toInteger(h, opcode, op, rm);
    }
    return true;
  }

  private static void compute(Hart h, Opcode opcode, long op, int rm) {
    int rd = rd(op);
    long a = h.f(rs1(op));
    long b = h.f(rs2(op));
    switch (opcode) {
      case FMADD_S -> h.f(rd, SingleOperations.fmaddS(h, a, b, h.f(rs3(op)), rm));
      case FMSUB_S -> h.f(rd, SingleOperations.fmsubS(h, a, b, h.f(rs3(op)), rm));
      case FNMSUB_S -> h.f(rd, SingleOperations.fnmsubS(h, a, b, h.f(rs3(op)), rm));
      case FNMADD_S -> h.f(rd, SingleOperations.fnmaddS(h, a, b, h.f(rs3(op)), rm));
      case FADD_S -> h.f(rd, SingleOperations.faddS(h, a, b, rm));
      case FSUB_S -> h.f(rd, SingleOperations.fsubS(h, a, b, rm));
      case FMUL_S -> h.f(rd, SingleOperations.fmulS(h, a, b, rm));
      case FDIV_S -> h.f(rd, SingleOperations.fdivS(h, a, b, rm));
      case FSQRT_S -> h.f(rd, SingleOperations.fsqrtS(h, a, rm));
      case FSGNJ_S -> h.f(rd, SingleOperations.fsgnjS(h, a, b));
      case FSGNJN_S -> h.f(rd, SingleOperations.fsgnjnS(h, a, b));
      case FSGNJX_S -> h.f(rd, SingleOperations.fsgnjxS(h, a, b));
      case FMIN_S -> h.f(rd, SingleOperations.fminS(h, a, b));
      case FMAX_S -> h.f(rd, SingleOperations.fmaxS(h, a, b));
      case FMADD_D -> h.f(rd, DoubleOperations.fmaddD(h, a, b, h.f(rs3(op)), rm));
      case FMSUB_D -> h.f(rd, DoubleOperations.fmsubD(h, a, b, h.f(rs3(op)), rm));
      case FNMSUB_D -> h.f(rd, DoubleOperations.fnmsubD(h, a, b, h.f(rs3(op)), rm));
      case FNMADD_D -> h.f(rd, DoubleOperations.fnmaddD(h, a, b, h.f(rs3(op)), rm));
      case FADD_D -> h.f(rd, DoubleOperations.faddD(h, a, b, rm));
      case FSUB_D -> h.f(rd, DoubleOperations.fsubD(h, a, b, rm));
      case FMUL_D -> h.f(rd, DoubleOperations.fmulD(h, a, b, rm));
      case FDIV_D -> h.f(rd, DoubleOperations.fdivD(h, a, b, rm));
      case FSQRT_D -> h.f(rd, DoubleOperations.fsqrtD(h, a, rm));
      case FSGNJ_D -> h.f(rd, DoubleOperations.fsgnjD(h, a, b));
      case FSGNJN_D -> h.f(rd, DoubleOperations.fsgnjnD(h, a, b));
      case FSGNJX_D -> h.f(rd, DoubleOperations.fsgnjxD(h, a, b));
      case FMIN_D -> h.f(rd, DoubleOperations.fminD(h, a, b));
      case FMAX_D -> h.f(rd, DoubleOperations.fmaxD(h, a, b));
      case FCVT_S_D -> h.f(rd, DoubleOperations.fcvtSD(h, a, rm));
      case FCVT_D_S -> h.f(rd, DoubleOperations.fcvtDS(h, a, rm));
      default -> throw new IllegalArgumentException(opcode.toString());
    }
  }

  private static void toInteger(Hart h, Opcode opcode, long op, int rm) {
    int rd = rd(op);
    long a = h.f(rs1(op));
    long b = h.f(rs2(op));
    switch (opcode) {
      case FEQ_S -> h.xOrSink(rd, SingleOperations.feqS(h, a, b));
      case FLT_S -> h.xOrSink(rd, SingleOperations.fltS(h, a, b));
      case FLE_S -> h.xOrSink(rd, SingleOperations.fleS(h, a, b));
      case FCLASS_S -> h.xOrSink(rd, SingleOperations.fclassS(h, a));
      case FCVT_W_S -> h.xOrSink(rd, SingleOperations.fcvtWS(h, a, rm));
      case FCVT_WU_S -> h.xOrSink(rd, SingleOperations.fcvtWUS(h, a, rm));
      case FCVT_L_S -> h.xOrSink(rd, SingleOperations.fcvtLS(h, a, rm));
      case FCVT_LU_S -> h.xOrSink(rd, SingleOperations.fcvtLUS(h, a, rm));
      case FEQ_D -> h.xOrSink(rd, DoubleOperations.feqD(h, a, b));
      case FLT_D -> h.xOrSink(rd, DoubleOperations.fltD(h, a, b));
      case FLE_D -> h.xOrSink(rd, DoubleOperations.fleD(h, a, b));
      case FCLASS_D -> h.xOrSink(rd, DoubleOperations.fclassD(h, a));
      case FCVT_W_D -> h.xOrSink(rd, DoubleOperations.fcvtWD(h, a, rm));
      case FCVT_WU_D -> h.xOrSink(rd, DoubleOperations.fcvtWUD(h, a, rm));
      case FCVT_L_D -> h.xOrSink(rd, DoubleOperations.fcvtLD(h, a, rm));
      case FCVT_LU_D -> h.xOrSink(rd, DoubleOperations.fcvtLUD(h, a, rm));
      case FMV_X_W -> h.xOrSink(rd, SingleOperations.fmvXW(h, a));
      case FMV_X_D -> h.xOrSink(rd, DoubleOperations.fmvXD(h, a));
      default -> throw new IllegalArgumentException(opcode.toString());
    }
  }

  private static void fromInteger(Hart h, Opcode opcode, long op, int rm) {
    int rd = rd(op);
    long x = h.x(rs1(op));
    switch (opcode) {
      case FCVT_S_W -> h.f(rd, SingleOperations.fcvtSW(h, x, rm));
      case FCVT_S_WU -> h.f(rd, SingleOperations.fcvtSWU(h, x, rm));
      case FCVT_S_L -> h.f(rd, SingleOperations.fcvtSL(h, x, rm));
      case FCVT_S_LU -> h.f(rd, SingleOperations.fcvtSLU(h, x, rm));
      case FCVT_D_W -> h.f(rd, DoubleOperations.fcvtDW(h, x, rm));
      case FCVT_D_WU -> h.f(rd, DoubleOperations.fcvtDWU(h, x, rm));
      case FCVT_D_L -> h.f(rd, DoubleOperations.fcvtDL(h, x, rm));
      case FCVT_D_LU -> h.f(rd, DoubleOperations.fcvtDLU(h, x, rm));
      case FMV_W_X -> h.f(rd, SingleOperations.fmvWX(h, x));
      case FMV_D_X -> h.f(rd, DoubleOperations.fmvDX(h, x));
      default -> throw new IllegalArgumentException(opcode.toString());
    }
  }
}
