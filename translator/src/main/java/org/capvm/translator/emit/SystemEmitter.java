package org.capvm.translator.emit;

import org.capvm.runtime.isa.CsrOperations;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.runtime.isa.Operation;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Atomics, fences and control and status registers: calls of the methods that define them. */
final class SystemEmitter {
  private static final String OPCODE = "org/capvm/runtime/isa/Opcode";
  private static final String OPCODE_TYPE = "L" + OPCODE + ";";
  private static final String ATOMICS = "org/capvm/runtime/interpreter/AtomicInstructions";

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final MemoryEmitter memory;
  private final boolean clearsTags;

  /**
   * @param clearsTags whether what writes to memory clears tags
   */
  SystemEmitter(
      MethodVisitor mv, RegisterLocals registers, MemoryEmitter memory, boolean clearsTags) {
    this.mv = mv;
    this.registers = registers;
    this.memory = memory;
    this.clearsTags = clearsTags;
  }

  /** Whether translated code leaves this instruction to the interpreter. */
  static boolean isLeftToInterpreter(Instruction i) {
    return switch (i.opcode().family()) {
      case CSR -> !CsrOperations.isLegal(i.opcode(), (int) i.immediate(), i.rs1());
      case FENCE -> i.opcode() == Opcode.FENCE_I;
      default -> false;
    };
  }

  /**
   * Emits an instruction.
   *
   * @param address of it, at link time
   */
  void emit(Instruction i, long address, boolean narrow) {
    switch (i.opcode().family()) {
      case FENCE -> {
        Constants.push(mv, (int) i.immediate());
        call("org/capvm/runtime/isa/FenceOperations", "fence", "(I)V");
      }
      case CSR -> csr(i, narrow);
      default -> {
        memory.checkAtomic(i, address);
        atomic(i, narrow);
      }
    }
  }

  private void atomic(Instruction i, boolean narrow) {
    Operation operation = i.opcode().operation();
    if (i.opcode().family() == Family.LOAD_RESERVED && i.rl()) {
      call(operation.owner(), "beforeReleasingLoad", "()V");
    }
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    if (clearsTags && i.opcode().family() != Family.LOAD_RESERVED) {
      mv.visitFieldInsn(Opcodes.GETSTATIC, OPCODE, i.opcode().name(), OPCODE_TYPE);
      registers.pushLong(i.rs1());
      registers.pushLong(i.rs2());
      call(ATOMICS, "execute", "(" + Names.HART_TYPE + OPCODE_TYPE + "JJ)J");
    } else {
      registers.pushLong(i.rs1());
      if (i.opcode().family() != Family.LOAD_RESERVED) {
        registers.pushLong(i.rs2());
      }
      call(operation.owner(), operation.name(), operation.descriptor());
    }
    registers.setLong(i.rd(), narrow);
  }

  private void csr(Instruction i, boolean narrow) {
    boolean writes = i.rs1() != 0 || i.opcode() == Opcode.CSRRW || i.opcode() == Opcode.CSRRWI;
    int csr = (int) i.immediate();
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    if (writes) {
      mv.visitFieldInsn(Opcodes.GETSTATIC, OPCODE, i.opcode().name(), OPCODE_TYPE);
      Constants.push(mv, csr);
      if (i.opcode().format().has(Operand.CSR_IMMEDIATE)) {
        Constants.push(mv, (long) i.rs1());
      } else {
        registers.pushLong(i.rs1());
      }
      mv.visitInsn(Opcodes.ICONST_1);
      call(
          "org/capvm/runtime/isa/CsrOperations",
          "exchange",
          "(" + Names.HART_TYPE + OPCODE_TYPE + "IJZ)J");
    } else {
      Constants.push(mv, csr);
      call("org/capvm/runtime/isa/CsrOperations", "read", "(" + Names.HART_TYPE + "I)J");
    }
    registers.setLong(i.rd(), narrow);
  }

  private void call(String owner, String name, String descriptor) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }
}
