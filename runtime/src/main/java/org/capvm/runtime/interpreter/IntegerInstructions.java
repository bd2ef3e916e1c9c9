package org.capvm.runtime.interpreter;

import org.capvm.runtime.isa.IntegerOperations;
import org.capvm.runtime.isa.Opcode;

/** The integer operations by opcode, for an interpreter that is in no hurry. */
final class IntegerInstructions {
  private IntegerInstructions() {}

  /**
   * What an instruction of the integer families computes.
   *
   * @param b the value of rs2, or the immediate
   */
  static long compute(Opcode opcode, long a, long b) {
    return switch (opcode) {
      case ADD, ADDI -> IntegerOperations.add(a, b);
      case SUB -> IntegerOperations.sub(a, b);
      case SLL, SLLI -> IntegerOperations.sll(a, b);
      case SLT, SLTI -> IntegerOperations.slt(a, b);
      case SLTU, SLTIU -> IntegerOperations.sltu(a, b);
      case XOR, XORI -> IntegerOperations.xor(a, b);
      case SRL, SRLI -> IntegerOperations.srl(a, b);
      case SRA, SRAI -> IntegerOperations.sra(a, b);
      case OR, ORI -> IntegerOperations.or(a, b);
      case AND, ANDI -> IntegerOperations.and(a, b);
      case ADDW, ADDIW -> IntegerOperations.addw(a, b);
      case SUBW -> IntegerOperations.subw(a, b);
      case SLLW, SLLIW -> IntegerOperations.sllw(a, b);
      case SRLW, SRLIW -> IntegerOperations.srlw(a, b);
      case SRAW, SRAIW -> IntegerOperations.sraw(a, b);
      case MUL -> IntegerOperations.mul(a, b);
      case MULH -> IntegerOperations.mulh(a, b);
      case MULHSU -> IntegerOperations.mulhsu(a, b);
      case MULHU -> IntegerOperations.mulhu(a, b);
      case DIV -> IntegerOperations.div(a, b);
      case DIVU -> IntegerOperations.divu(a, b);
      case REM -> IntegerOperations.rem(a, b);
      case REMU -> IntegerOperations.remu(a, b);
      case MULW -> IntegerOperations.mulw(a, b);
      case DIVW -> IntegerOperations.divw(a, b);
      case DIVUW -> IntegerOperations.divuw(a, b);
      case REMW -> IntegerOperations.remw(a, b);
      case REMUW -> IntegerOperations.remuw(a, b);
      default -> throw new IllegalArgumentException(opcode + " is no integer operation");
    };
  }

  /** Whether a conditional branch is taken. */
  static boolean isTaken(Opcode opcode, long a, long b) {
    return switch (opcode) {
      case BEQ -> IntegerOperations.eq(a, b);
      case BNE -> IntegerOperations.ne(a, b);
      case BLT -> IntegerOperations.lt(a, b);
      case BGE -> IntegerOperations.ge(a, b);
      case BLTU -> IntegerOperations.ltu(a, b);
      case BGEU -> IntegerOperations.geu(a, b);
      default -> throw new IllegalArgumentException(opcode + " is not a branch");
    };
  }
}
