package org.capvm.translator.emit;

import org.capvm.runtime.isa.Instruction;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Loads and stores: calls of the checked accessors, never raw memory. */
final class MemoryEmitter {
  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final int window;

  /**
   * @param window the local that holds the cVM's window
   */
  MemoryEmitter(MethodVisitor mv, RegisterLocals registers, int window) {
    this.mv = mv;
    this.registers = registers;
    this.window = window;
  }

  void emitLoad(Instruction i, boolean narrow) {
    pushAddress(i);
    switch (i.opcode()) {
      case LB -> loadInt("loadByte", "B", i, narrow);
      case LH -> loadInt("loadShort", "S", i, narrow);
      case LW -> loadInt("loadInt", "I", i, narrow);
      case LBU -> loadMasked("loadByte", "B", 0xff, i, narrow);
      case LHU -> loadMasked("loadShort", "S", 0xffff, i, narrow);
      case LWU -> {
        access("loadInt", "J", "I");
        mv.visitInsn(Opcodes.I2L);
        Constants.push(mv, 0xffffffffL);
        mv.visitInsn(Opcodes.LAND);
        registers.setLong(i.rd(), narrow);
      }
      case LD -> {
        access("loadLong", "J", "J");
        registers.setLong(i.rd(), narrow);
      }
      case FLW -> {
        access("loadFloat", "J", "F");
        registers.setFloat(32 + i.rd(), narrow);
      }
      case FLD -> {
        access("loadDouble", "J", "D");
        registers.setDouble(32 + i.rd());
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no load");
    }
  }

  void emitStore(Instruction i) {
    pushAddress(i);
    switch (i.opcode()) {
      case SB -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2B);
        access("storeByte", "JB", "V");
      }
      case SH -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2S);
        access("storeShort", "JS", "V");
      }
      case SW -> {
        registers.pushInt(i.rs2());
        access("storeInt", "JI", "V");
      }
      case SD -> {
        registers.pushLong(i.rs2());
        access("storeLong", "JJ", "V");
      }
      case FSW -> {
        if (registers.isNarrow(32 + i.rs2())) {
          registers.pushFloat(32 + i.rs2());
          access("storeFloat", "JF", "V");
        } else {
          registers.pushRaw(32 + i.rs2());
          mv.visitInsn(Opcodes.L2I);
          access("storeInt", "JI", "V");
        }
      }
      case FSD -> {
        registers.pushDouble(32 + i.rs2());
        access("storeDouble", "JD", "V");
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no store");
    }
  }

  /** Emits a load of a long from a constant guest address. */
  void loadConstantAddress(long address) {
    mv.visitVarInsn(Opcodes.ALOAD, window);
    Constants.push(mv, address);
    access("loadLong", "J", "J");
  }

  private void pushAddress(Instruction i) {
    mv.visitVarInsn(Opcodes.ALOAD, window);
    registers.pushLong(i.rs1());
    if (i.immediate() != 0) {
      Constants.push(mv, i.immediate());
      mv.visitInsn(Opcodes.LADD);
    }
  }

  private void loadInt(String name, String type, Instruction i, boolean narrow) {
    access(name, "J", type);
    registers.setInt(i.rd(), narrow);
  }

  private void loadMasked(String name, String type, int mask, Instruction i, boolean narrow) {
    access(name, "J", type);
    Constants.push(mv, mask);
    mv.visitInsn(Opcodes.IAND);
    registers.setInt(i.rd(), narrow);
  }

  private void access(String name, String arguments, String result) {
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Names.MEMORY,
        name,
        "(" + Names.WINDOW_TYPE + arguments + ")" + result,
        false);
  }
}
