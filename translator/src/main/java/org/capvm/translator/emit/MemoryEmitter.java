package org.capvm.translator.emit;

import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Loads and stores: calls of the checked or the in-range accessors, never raw memory. */
final class MemoryEmitter {
  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final int window;
  private final FaultExits faults;
  private final boolean clearsTags;

  /**
   * Where in a checked range the access being emitted goes; null when it has a check of its own.
   */
  private InRangePlace place;

  /** The local with the host address of an access that was just checked; -1 where there is none. */
  private int checked = -1;

  /**
   * @param window the local that holds the cVM's window
   * @param faults the exits of accesses that fault; null where the accessors' exceptions do
   * @param clearsTags whether stores clear tags
   */
  MemoryEmitter(
      MethodVisitor mv,
      RegisterLocals registers,
      int window,
      FaultExits faults,
      boolean clearsTags) {
    this.mv = mv;
    this.registers = registers;
    this.window = window;
    this.faults = faults;
    this.clearsTags = clearsTags;
  }

  /**
   * Emits a load.
   *
   * @param address of the instruction, at link time
   * @param inRange where in a checked range it goes; null for a checked access
   */
  void emitLoad(Instruction i, long address, InRangePlace inRange, boolean narrow) {
    place = faults == null ? inRange : checkedPlace("load", i, address);
    pushAddress(i);
    switch (i.opcode()) {
      case LB -> loadInt("loadByte", "B", i, narrow);
      case LH -> loadInt("loadShort", "S", i, narrow);
      case LW -> loadInt("loadInt", "I", i, narrow);
      case LBU -> loadInt("loadUnsignedByte", "I", i, narrow);
      case LHU -> loadInt("loadUnsignedShort", "I", i, narrow);
      case LWU -> {
        access("loadUnsignedInt", "", "J");
        registers.setLong(i.rd(), narrow);
      }
      case LD -> {
        access("loadLong", "", "J");
        registers.setLong(i.rd(), narrow);
      }
      case FLW -> {
        access("loadFloat", "", "F");
        registers.setFloat(32 + i.rd(), narrow);
      }
      case FLD -> {
        access("loadDouble", "", "D");
        registers.setDouble(32 + i.rd());
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no load");
    }
  }

  /**
   * Emits a store.
   *
   * @param address of the instruction, at link time
   * @param inRange where in a checked range it goes; null for a checked access
   */
  void emitStore(Instruction i, long address, InRangePlace inRange) {
    place = faults == null ? inRange : checkedPlace("store", i, address);
    pushAddress(i);
    switch (i.opcode()) {
      case SB -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2B);
        store("storeByte", "B");
      }
      case SH -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2S);
        store("storeShort", "S");
      }
      case SW -> {
        registers.pushInt(i.rs2());
        store("storeInt", "I");
      }
      case SD -> {
        registers.pushLong(i.rs2());
        store("storeLong", "J");
      }
      case FSW -> {
        if (registers.isNarrow(32 + i.rs2())) {
          registers.pushFloat(32 + i.rs2());
          store("storeFloat", "F");
        } else {
          registers.pushRaw(32 + i.rs2());
          mv.visitInsn(Opcodes.L2I);
          store("storeInt", "I");
        }
      }
      case FSD -> {
        registers.pushDouble(32 + i.rs2());
        store("storeDouble", "D");
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no store");
    }
  }

  /** Where faults are precise, emits the check of an access, and says where it goes then. */
  private InRangePlace checkedPlace(String name, Instruction i, long at) {
    place = null;
    pushAddress(i);
    Constants.push(mv, size(i));
    return InRangePlace.at(check(name, faults.at(at)), 0);
  }

  /**
   * Emits the check of an access, with its arguments on the JVM stack.
   *
   * @return the local with the host address
   */
  private int check(String name, Label fault) {
    if (checked < 0) {
      checked = registers.scratchLong();
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.ACCESS_CHECK, name, "(" + Names.WINDOW_TYPE + "JI)J", false);
    mv.visitVarInsn(Opcodes.LSTORE, checked);
    mv.visitVarInsn(Opcodes.LLOAD, checked);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFEQ, fault);
    return checked;
  }

  private static int size(Instruction i) {
    return switch (i.opcode()) {
      case LB, LBU, SB -> Byte.BYTES;
      case LH, LHU, SH -> Short.BYTES;
      case LW, LWU, SW, FLW, FSW -> Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  /**
   * Where faults are precise, emits the check of an atomic, whose address is a register's value.
   *
   * @param address of the instruction, at link time
   */
  void checkAtomic(Instruction i, long address) {
    if (faults != null) {
      registers.pushLong(i.rs1());
      int size = i.opcode().compareTo(Opcode.LR_D) < 0 ? Integer.BYTES : Long.BYTES;
      boolean reserves = i.opcode().family() == Family.LOAD_RESERVED;
      pushWindow();
      Constants.push(mv, size);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          Names.ACCESS_CHECK,
          reserves ? "canReserve" : "canUpdate",
          "(J" + Names.WINDOW_TYPE + "I)Z",
          false);
      mv.visitJumpInsn(Opcodes.IFEQ, faults.at(address));
    }
  }

  /**
   * Where faults are precise, emits the check of a constant address for {@link
   * #loadConstantAddress}.
   *
   * @param at link-time address where the interpreter goes on when it fails
   */
  void checkConstantAddress(long address, long at) {
    if (faults != null) {
      pushWindow();
      Constants.push(mv, address);
      Constants.push(mv, Long.BYTES);
      check("load", faults.at(at));
    }
  }

  /** Emits a load of a long from a constant guest address. */
  void loadConstantAddress(long address) {
    place = null;
    pushWindow();
    Constants.push(mv, address);
    access("loadLong", "", "J");
  }

  /** Pushes the cVM's window. */
  void pushWindow() {
    mv.visitVarInsn(Opcodes.ALOAD, window);
  }

  private void pushAddress(Instruction i) {
    if (place != null) {
      place.push(mv);
      return;
    }
    pushWindow();
    registers.pushLong(i.rs1());
    if (i.immediate() != 0) {
      Constants.push(mv, i.immediate());
      mv.visitInsn(Opcodes.LADD);
    }
  }

  private void loadInt(String name, String type, Instruction i, boolean narrow) {
    access(name, "", type);
    registers.setInt(i.rd(), narrow);
  }

  private void store(String name, String type) {
    if (!clearsTags || place != null && place.tagFree()) {
      access(name, type, "V");
    } else if (place == null) {
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          Names.TAG_CLEARING_MEMORY,
          name,
          "(" + Names.WINDOW_TYPE + "J" + type + ")V",
          false);
    } else {
      pushWindow();
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          Names.TAG_CLEARING_IN_RANGE,
          name,
          "(JJ" + type + Names.WINDOW_TYPE + ")V",
          false);
    }
  }

  private void access(String name, String value, String result) {
    String owner = place == null ? Names.MEMORY : Names.IN_RANGE_MEMORY;
    String address = place == null ? Names.WINDOW_TYPE + "J" : "JJ";
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, owner, name, "(" + address + value + ")" + result, false);
  }
}
