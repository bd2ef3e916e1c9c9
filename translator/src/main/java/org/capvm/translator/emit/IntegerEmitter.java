package org.capvm.translator.emit;

import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Operation;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Integer computation and branch conditions.
 *
 * <p>What has no case of its own calls the method that defines the operation; the cases here are
 * faster JVM spellings of the same.
 */
final class IntegerEmitter {
  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final long bias;

  IntegerEmitter(MethodVisitor mv, RegisterLocals registers, long bias) {
    this.mv = mv;
    this.registers = registers;
    this.bias = bias;
  }

  /**
   * Emits a computational instruction.
   *
   * @param address link-time address of the instruction
   * @param narrow whether the result goes to a narrow local
   */
  void emit(Instruction i, long address, boolean narrow) {
    if (i.rd() == 0) {
      return;
    }
    switch (i.opcode()) {
      case LUI -> constant(i.rd(), i.immediate(), narrow);
      case AUIPC -> constant(i.rd(), address + bias + i.immediate(), narrow);
      case ADDI -> {
        if (i.rs1() == 0) {
          constant(i.rd(), i.immediate(), narrow);
        } else if (i.immediate() == 0) {
          move(i.rd(), i.rs1(), narrow);
        } else {
          immediate(i, Opcodes.LADD, narrow);
        }
      }
      case ADD -> {
        if (i.rs1() == 0) {
          move(i.rd(), i.rs2(), narrow);
        } else if (i.rs2() == 0) {
          move(i.rd(), i.rs1(), narrow);
        } else {
          binary(i, Opcodes.LADD, narrow);
        }
      }
      case SUB -> binary(i, Opcodes.LSUB, narrow);
      case MUL -> binary(i, Opcodes.LMUL, narrow);
      case AND -> logical(i, Opcodes.LAND, Opcodes.IAND, narrow);
      case OR -> logical(i, Opcodes.LOR, Opcodes.IOR, narrow);
      case XOR -> logical(i, Opcodes.LXOR, Opcodes.IXOR, narrow);
      case ANDI -> logicalImmediate(i, Opcodes.LAND, Opcodes.IAND, narrow);
      case ORI -> logicalImmediate(i, Opcodes.LOR, Opcodes.IOR, narrow);
      case XORI -> logicalImmediate(i, Opcodes.LXOR, Opcodes.IXOR, narrow);
      case SLLI -> shiftImmediate(i, Opcodes.LSHL, narrow);
      case SRLI -> shiftImmediate(i, Opcodes.LUSHR, narrow);
      case SRAI -> {
        if (narrow && registers.isNarrow(i.rs1())) {
          registers.pushInt(i.rs1());
          Constants.push(mv, (int) Math.min(31, i.immediate()));
          mv.visitInsn(Opcodes.ISHR);
          registers.setInt(i.rd(), true);
        } else {
          shiftImmediate(i, Opcodes.LSHR, narrow);
        }
      }
      case SLL -> shift(i, Opcodes.LSHL, narrow);
      case SRL -> shift(i, Opcodes.LUSHR, narrow);
      case SRA -> shift(i, Opcodes.LSHR, narrow);
      case ADDIW -> {
        registers.pushInt(i.rs1());
        if (i.immediate() != 0) {
          Constants.push(mv, (int) i.immediate());
          mv.visitInsn(Opcodes.IADD);
        }
        registers.setInt(i.rd(), narrow);
      }
      case SLLIW -> wordImmediate(i, Opcodes.ISHL, narrow);
      case SRLIW -> wordImmediate(i, Opcodes.IUSHR, narrow);
      case SRAIW -> wordImmediate(i, Opcodes.ISHR, narrow);
      case ADDW -> word(i, Opcodes.IADD, narrow);
      case SUBW -> word(i, Opcodes.ISUB, narrow);
      case MULW -> word(i, Opcodes.IMUL, narrow);
      case SLLW -> word(i, Opcodes.ISHL, narrow);
      case SRLW -> word(i, Opcodes.IUSHR, narrow);
      case SRAW -> word(i, Opcodes.ISHR, narrow);
      default -> definition(i, narrow);
    }
  }

  private void constant(int rd, long value, boolean narrow) {
    if (narrow) {
      Constants.push(mv, (int) value);
      registers.setInt(rd, true);
    } else {
      Constants.push(mv, value);
      registers.setLong(rd, false);
    }
  }

  private void move(int rd, int rs, boolean narrow) {
    if (narrow) {
      registers.pushInt(rs);
      registers.setInt(rd, true);
    } else {
      registers.pushLong(rs);
      registers.setLong(rd, false);
    }
  }

  private void binary(Instruction i, int opcode, boolean narrow) {
    registers.pushLong(i.rs1());
    registers.pushLong(i.rs2());
    mv.visitInsn(opcode);
    registers.setLong(i.rd(), narrow);
  }

  private void immediate(Instruction i, int opcode, boolean narrow) {
    registers.pushLong(i.rs1());
    Constants.push(mv, i.immediate());
    mv.visitInsn(opcode);
    registers.setLong(i.rd(), narrow);
  }

  private void logical(Instruction i, int opcode, int wordOpcode, boolean narrow) {
    if (registers.isNarrow(i.rs1()) && registers.isNarrow(i.rs2())) {
      word(i, wordOpcode, narrow);
    } else {
      binary(i, opcode, narrow);
    }
  }

  private void logicalImmediate(Instruction i, int opcode, int wordOpcode, boolean narrow) {
    if (narrow || registers.isNarrow(i.rs1())) {
      wordImmediate(i, wordOpcode, narrow);
    } else {
      immediate(i, opcode, false);
    }
  }

  private void shiftImmediate(Instruction i, int opcode, boolean narrow) {
    registers.pushLong(i.rs1());
    Constants.push(mv, (int) i.immediate());
    mv.visitInsn(opcode);
    registers.setLong(i.rd(), narrow);
  }

  /** The JVM masks the amount to six bits as RV64I does. */
  private void shift(Instruction i, int opcode, boolean narrow) {
    registers.pushLong(i.rs1());
    registers.pushInt(i.rs2());
    mv.visitInsn(opcode);
    registers.setLong(i.rd(), narrow);
  }

  private void word(Instruction i, int opcode, boolean narrow) {
    registers.pushInt(i.rs1());
    registers.pushInt(i.rs2());
    mv.visitInsn(opcode);
    registers.setInt(i.rd(), narrow);
  }

  private void wordImmediate(Instruction i, int opcode, boolean narrow) {
    registers.pushInt(i.rs1());
    Constants.push(mv, (int) i.immediate());
    mv.visitInsn(opcode);
    registers.setInt(i.rd(), narrow);
  }

  private void definition(Instruction i, boolean narrow) {
    Operation operation = i.opcode().operation();
    registers.pushLong(i.rs1());
    switch (i.opcode().family()) {
      case ALU_IMMEDIATE, ALU_IMMEDIATE_WORD -> Constants.push(mv, i.immediate());
      default -> registers.pushLong(i.rs2());
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, operation.owner(), operation.name(), operation.descriptor(), false);
    registers.setLong(i.rd(), narrow);
  }

  /** Emits a jump to {@code target} when the branch's condition equals {@code when}. */
  void branch(Instruction i, boolean when, Label target) {
    boolean words = registers.isNarrow(i.rs1()) && registers.isNarrow(i.rs2());
    boolean unsigned =
        switch (i.opcode()) {
          case BLTU, BGEU -> true;
          default -> false;
        };
    int zeroForm =
        switch (i.opcode()) {
          case BEQ -> when ? Opcodes.IFEQ : Opcodes.IFNE;
          case BNE -> when ? Opcodes.IFNE : Opcodes.IFEQ;
          case BLT, BLTU -> when ? Opcodes.IFLT : Opcodes.IFGE;
          case BGE, BGEU -> when ? Opcodes.IFGE : Opcodes.IFLT;
          default -> throw new IllegalArgumentException(i.opcode() + " is no branch");
        };
    if (words) {
      registers.pushInt(i.rs1());
      if (unsigned) {
        registers.pushInt(i.rs2());
        mv.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Integer", "compareUnsigned", "(II)I", false);
        mv.visitJumpInsn(zeroForm, target);
      } else if (i.rs2() == 0) {
        mv.visitJumpInsn(zeroForm, target);
      } else {
        registers.pushInt(i.rs2());
        mv.visitJumpInsn(zeroForm + (Opcodes.IF_ICMPEQ - Opcodes.IFEQ), target);
      }
      return;
    }
    registers.pushLong(i.rs1());
    registers.pushLong(i.rs2());
    if (unsigned) {
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Long", "compareUnsigned", "(JJ)I", false);
    } else {
      mv.visitInsn(Opcodes.LCMP);
    }
    mv.visitJumpInsn(zeroForm, target);
  }
}
