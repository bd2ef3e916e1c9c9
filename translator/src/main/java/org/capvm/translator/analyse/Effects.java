package org.capvm.translator.analyse;

import static org.capvm.translator.analyse.RegisterSet.bit;

import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/** Which registers an instruction reads and writes, control transfers included. */
public final class Effects {
  private Effects() {}

  /** The registers an instruction reads. */
  public static long uses(Instruction i) {
    return switch (i.opcode()) {
      case LUI, AUIPC, JAL, FENCE, FENCE_I, EBREAK, ILLEGAL, CSRRWI, CSRRSI, CSRRCI -> 0;
      case ECALL -> RegisterSet.INTEGER_ARGUMENTS;
      case ADD,
          SUB,
          SLL,
          SLT,
          SLTU,
          XOR,
          SRL,
          SRA,
          OR,
          AND,
          ADDW,
          SUBW,
          SLLW,
          SRLW,
          SRAW,
          MUL,
          MULH,
          MULHSU,
          MULHU,
          DIV,
          DIVU,
          REM,
          REMU,
          MULW,
          DIVW,
          DIVUW,
          REMW,
          REMUW,
          BEQ,
          BNE,
          BLT,
          BGE,
          BLTU,
          BGEU,
          SB,
          SH,
          SW,
          SD,
          SC_W,
          SC_D,
          AMOSWAP_W,
          AMOSWAP_D,
          AMOADD_W,
          AMOADD_D,
          AMOXOR_W,
          AMOXOR_D,
          AMOAND_W,
          AMOAND_D,
          AMOOR_W,
          AMOOR_D,
          AMOMIN_W,
          AMOMIN_D,
          AMOMAX_W,
          AMOMAX_D,
          AMOMINU_W,
          AMOMINU_D,
          AMOMAXU_W,
          AMOMAXU_D ->
          bit(i.rs1()) | bit(i.rs2());
      case FSW, FSD -> bit(i.rs1()) | bit(32 + i.rs2());
      case FMADD_S, FMADD_D, FMSUB_S, FMSUB_D, FNMSUB_S, FNMSUB_D, FNMADD_S, FNMADD_D ->
          bit(32 + i.rs1()) | bit(32 + i.rs2()) | bit(32 + i.rs3());
      case FADD_S,
          FADD_D,
          FSUB_S,
          FSUB_D,
          FMUL_S,
          FMUL_D,
          FDIV_S,
          FDIV_D,
          FSGNJ_S,
          FSGNJ_D,
          FSGNJN_S,
          FSGNJN_D,
          FSGNJX_S,
          FSGNJX_D,
          FMIN_S,
          FMIN_D,
          FMAX_S,
          FMAX_D,
          FEQ_S,
          FEQ_D,
          FLT_S,
          FLT_D,
          FLE_S,
          FLE_D ->
          bit(32 + i.rs1()) | bit(32 + i.rs2());
      case FSQRT_S,
          FSQRT_D,
          FCLASS_S,
          FCLASS_D,
          FCVT_W_S,
          FCVT_WU_S,
          FCVT_L_S,
          FCVT_LU_S,
          FCVT_W_D,
          FCVT_WU_D,
          FCVT_L_D,
          FCVT_LU_D,
          FCVT_S_D,
          FCVT_D_S,
          FMV_X_W,
          FMV_X_D ->
          bit(32 + i.rs1());
      default -> bit(i.rs1());
    };
  }

  /** As {@link #uses}, but of an environment call only the number is certain to be read. */
  static long certainUses(Instruction i) {
    return i.opcode() == Opcode.ECALL ? bit(17) : uses(i);
  }

  /** The registers an instruction writes. */
  public static long defines(Instruction i) {
    return switch (i.opcode()) {
      case BEQ,
          BNE,
          BLT,
          BGE,
          BLTU,
          BGEU,
          SB,
          SH,
          SW,
          SD,
          FSW,
          FSD,
          FENCE,
          FENCE_I,
          EBREAK,
          ILLEGAL ->
          0;
      case ECALL -> bit(RegisterSet.A0);
      default -> definesFloat(i) ? bit(32 + i.rd()) : bit(i.rd());
    };
  }

  /** Whether the destination is a floating-point register. */
  public static boolean definesFloat(Instruction i) {
    return switch (i.opcode()) {
      case FLW,
          FLD,
          FMADD_S,
          FMADD_D,
          FMSUB_S,
          FMSUB_D,
          FNMSUB_S,
          FNMSUB_D,
          FNMADD_S,
          FNMADD_D,
          FADD_S,
          FADD_D,
          FSUB_S,
          FSUB_D,
          FMUL_S,
          FMUL_D,
          FDIV_S,
          FDIV_D,
          FSQRT_S,
          FSQRT_D,
          FSGNJ_S,
          FSGNJ_D,
          FSGNJN_S,
          FSGNJN_D,
          FSGNJX_S,
          FSGNJX_D,
          FMIN_S,
          FMIN_D,
          FMAX_S,
          FMAX_D,
          FCVT_S_W,
          FCVT_S_WU,
          FCVT_S_L,
          FCVT_S_LU,
          FCVT_D_W,
          FCVT_D_WU,
          FCVT_D_L,
          FCVT_D_LU,
          FCVT_S_D,
          FCVT_D_S,
          FMV_W_X,
          FMV_D_X ->
          true;
      default -> false;
    };
  }
}
