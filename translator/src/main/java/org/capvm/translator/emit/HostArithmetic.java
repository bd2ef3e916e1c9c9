package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Arithmetic with the dynamic rounding mode: the host's operation, the question whether its result
 * holds, and a call that decides where it does not.
 *
 * <p>The branch is emitted at each site instead of hiding in a method that the sites share: C2
 * leaves out a call that the profile of this very branch has never seen, and with it the spills
 * around it.
 */
final class HostArithmetic {
  /** What is computed, in either precision. */
  enum Form {
    ADD("add", 2, "isSum"),
    SUBTRACT("subtract", 2, "isSum"),
    MULTIPLY("multiply", 2, "isResult"),
    DIVIDE("divide", 2, "isResult"),
    SQUARE_ROOT("squareRoot", 1, "isRoot"),
    MULTIPLY_ADD("multiplyAdd", 3, "isResult"),
    MULTIPLY_SUBTRACT("multiplySubtract", 3, "isResult"),
    NEGATED_MULTIPLY_SUBTRACT("negatedMultiplySubtract", 3, "isResult"),
    NEGATED_MULTIPLY_ADD("negatedMultiplyAdd", 3, "isResult"),
    /** A double rounded to a single. */
    NARROW("fromDouble", 1, "isResult");

    /** The method that decides about a doubtful result. */
    final String decision;

    final int operands;

    /** The method that tells whether a result is beyond doubt. */
    final String question;

    Form(String decision, int operands, String question) {
      this.decision = decision;
      this.operands = operands;
      this.question = question;
    }
  }

  private final MethodVisitor mv;
  private final RegisterLocals registers;

  HostArithmetic(MethodVisitor mv, RegisterLocals registers) {
    this.mv = mv;
    this.registers = registers;
  }

  /**
   * Emits one instruction.
   *
   * @param narrow whether a single goes to its narrow local
   * @param liveAfter registers live behind it
   */
  void emit(Instruction i, Form form, boolean narrow, long liveAfter) {
    boolean toDouble = isDouble(i.opcode());
    boolean fromDouble = toDouble || form == Form.NARROW;
    String owner = toDouble ? Names.FAST_DOUBLE : Names.FAST_SINGLE;
    String result = toDouble ? "D" : "F";
    String operands = (fromDouble ? "D" : "F").repeat(form.operands);
    Label holds = new Label();
    compute(i, form, toDouble);
    mv.visitInsn(toDouble ? Opcodes.DUP2 : Opcodes.DUP);
    call(owner, form.question, result, "Z");
    mv.visitJumpInsn(Opcodes.IFNE, holds);
    for (int k = 0; k < form.operands; k++) {
      push(i, k, fromDouble);
    }
    call(owner, form.decision, result + operands, result);
    mv.visitLabel(holds);
    int destination = 32 + i.rd();
    registers.frame(liveAfter & ~bit(destination), toDouble ? Opcodes.DOUBLE : Opcodes.FLOAT);
    if (toDouble) {
      registers.setDouble(destination);
    } else {
      registers.setFloat(destination, narrow);
    }
  }

  private static boolean isDouble(Opcode opcode) {
    return opcode.mnemonic().endsWith(".d") && opcode != Opcode.FCVT_S_D;
  }

  private void call(String owner, String name, String arguments, String result) {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, owner, name, "(" + arguments + Names.HART_TYPE + ")" + result, false);
  }

  private void push(Instruction i, int operand, boolean isDouble) {
    int register =
        32
            + switch (operand) {
              case 0 -> i.rs1();
              case 1 -> i.rs2();
              default -> i.rs3();
            };
    if (isDouble) {
      registers.pushDouble(register);
    } else {
      registers.pushFloat(register);
    }
  }

  private void compute(Instruction i, Form form, boolean isDouble) {
    switch (form) {
      case ADD -> binary(i, isDouble, isDouble ? Opcodes.DADD : Opcodes.FADD);
      case SUBTRACT -> binary(i, isDouble, isDouble ? Opcodes.DSUB : Opcodes.FSUB);
      case MULTIPLY -> binary(i, isDouble, isDouble ? Opcodes.DMUL : Opcodes.FMUL);
      case DIVIDE -> binary(i, isDouble, isDouble ? Opcodes.DDIV : Opcodes.FDIV);
      case SQUARE_ROOT -> squareRoot(i, isDouble);
      case MULTIPLY_ADD -> fused(i, isDouble, false, false);
      case MULTIPLY_SUBTRACT -> fused(i, isDouble, false, true);
      case NEGATED_MULTIPLY_SUBTRACT -> fused(i, isDouble, true, false);
      case NEGATED_MULTIPLY_ADD -> fused(i, isDouble, true, true);
      case NARROW -> {
        push(i, 0, true);
        mv.visitInsn(Opcodes.D2F);
      }
    }
  }

  private void binary(Instruction i, boolean isDouble, int opcode) {
    push(i, 0, isDouble);
    push(i, 1, isDouble);
    mv.visitInsn(opcode);
  }

  /** The root of a single, rounded twice, is the correctly rounded one: 53 >= 2 * 24 + 2. */
  private void squareRoot(Instruction i, boolean isDouble) {
    push(i, 0, isDouble);
    if (!isDouble) {
      mv.visitInsn(Opcodes.F2D);
    }
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Math", "sqrt", "(D)D", false);
    if (!isDouble) {
      mv.visitInsn(Opcodes.D2F);
    }
  }

  private void fused(Instruction i, boolean isDouble, boolean minusProduct, boolean minusAddend) {
    push(i, 0, isDouble);
    if (minusProduct) {
      mv.visitInsn(isDouble ? Opcodes.DNEG : Opcodes.FNEG);
    }
    push(i, 1, isDouble);
    push(i, 2, isDouble);
    if (minusAddend) {
      mv.visitInsn(isDouble ? Opcodes.DNEG : Opcodes.FNEG);
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, "java/lang/Math", "fma", isDouble ? "(DDD)D" : "(FFF)F", false);
  }
}
