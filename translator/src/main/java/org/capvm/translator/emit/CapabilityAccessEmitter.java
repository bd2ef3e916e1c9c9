package org.capvm.translator.emit;

import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY;
import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY_TYPE;

import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.translator.analyse.CapabilityEffects;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Memory accesses that a capability authorises: DDC, or the base register. Every one is a call of
 * an accessor that contains the checks.
 */
final class CapabilityAccessEmitter {
  static final String MEMORY = "org/capvm/runtime/memory/AuthorisedMemory";
  static final String CODE = "org/capvm/runtime/interpreter/CapabilityCode";

  private static final String OPCODE = "org/capvm/runtime/isa/Opcode";
  private static final String OPCODE_TYPE = "L" + OPCODE + ";";
  private static final String PLACE = CAPABILITY_TYPE + "J";
  private static final long NAN_BOX = 0xffff_ffffL << 32;

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final CapabilityLocals capabilities;
  private final int window;
  private final boolean capabilityMode;
  private final Dialect dialect;

  /**
   * Where in a checked range the access being emitted goes; null when it has a check of its own.
   */
  private InRangePlace place;

  /**
   * @param window the local with the window
   */
  CapabilityAccessEmitter(
      MethodVisitor mv,
      RegisterLocals registers,
      CapabilityLocals capabilities,
      int window,
      boolean capabilityMode,
      Dialect dialect) {
    this.mv = mv;
    this.registers = registers;
    this.capabilities = capabilities;
    this.window = window;
    this.capabilityMode = capabilityMode;
    this.dialect = dialect;
  }

  /**
   * Emits an instruction that accesses memory.
   *
   * @param inRange where in a checked range it goes; null for an access with a check of its own
   */
  void emit(Instruction i, InRangePlace inRange) {
    place = inRange;
    pushPlace(i);
    switch (i.opcode().family()) {
      case LOAD, FLOAT_LOAD -> load(i);
      case STORE, FLOAT_STORE -> store(i);
      case CAPABILITY_LOAD -> loadCapability(i);
      case CAPABILITY_STORE -> storeCapability(i);
      case EXPLICIT_LOAD -> {
        if (i.opcode().format().has(Operand.CD)) {
          loadCapability(i);
        } else {
          load(i);
        }
      }
      case EXPLICIT_STORE -> {
        if (i.opcode().format().has(Operand.CS2)) {
          storeCapability(i);
        } else {
          store(i);
        }
      }
      case LOAD_RESERVED, CAPABILITY_LOAD_RESERVED, EXPLICIT_LOAD_RESERVED -> loadReserved(i);
      case STORE_CONDITIONAL, CAPABILITY_STORE_CONDITIONAL -> storeConditional(i, i.rd());
      // The encoding has no room for a destination: success goes where the value came from.
      case EXPLICIT_STORE_CONDITIONAL -> storeConditional(i, i.rs2());
      case ATOMIC -> {
        registers.pushLong(i.rs2());
        pushHart();
        pushOpcode(i.opcode());
        code("atomic", "(" + PLACE + "J" + Names.HART_TYPE + OPCODE_TYPE + ")J");
        capabilities.setInteger(i.rd());
      }
      case CAPABILITY_ATOMIC -> {
        capabilities.pushCapability(i.rs2());
        pushHart();
        code("swap", "(" + PLACE + CAPABILITY_TYPE + Names.HART_TYPE + ")" + CAPABILITY_TYPE);
        capabilities.setCapability(i.rd());
      }
      case CAPABILITY_LOAD_TAGS -> {
        pushHart();
        code("loadTags", "(" + PLACE + Names.HART_TYPE + ")J");
        capabilities.setInteger(i.rd());
      }
      default -> throw new IllegalArgumentException(i.opcode() + " does not access memory");
    }
  }

  // Authority ----------------------------------------------------------------------------------

  /** Pushes the authority of an access, and the address. */
  private void pushPlace(Instruction i) {
    if (place != null) {
      place.push(mv);
    } else if (CapabilityEffects.isAuthorisedByRegister(i, capabilityMode)) {
      capabilities.pushHeld(i.rs1());
      pushAddress(i);
    } else {
      capabilities.pushDdc();
      pushAddress(i);
      relocate();
    }
  }

  /** Makes an address under DDC of the one on the JVM stack. */
  void relocate() {
    if (dialect.relocates()) {
      capabilities.pushDdc();
      mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CAPABILITY, "address", "()J", false);
      mv.visitInsn(Opcodes.LADD);
    }
  }

  private void pushAddress(Instruction i) {
    registers.pushLong(i.rs1());
    if (i.immediate() != 0) {
      Constants.push(mv, i.immediate());
      mv.visitInsn(Opcodes.LADD);
    }
  }

  // Loads and stores ---------------------------------------------------------------------------

  private void load(Instruction i) {
    switch (CapabilityEffects.plainName(i.opcode())) {
      case "LB" -> loadInt(i, "loadByte", "B");
      case "LBU" -> loadInt(i, "loadUnsignedByte", "I");
      case "LH" -> loadInt(i, "loadShort", "S");
      case "LHU" -> loadInt(i, "loadUnsignedShort", "I");
      case "LW" -> loadInt(i, "loadInt", "I");
      case "LWU" -> {
        memory("loadUnsignedInt", "", "J");
        capabilities.setInteger(i.rd());
      }
      case "LD" -> {
        memory("loadLong", "", "J");
        capabilities.setInteger(i.rd());
      }
      case "FLW" -> {
        memory("loadUnsignedInt", "", "J");
        Constants.push(mv, NAN_BOX);
        mv.visitInsn(Opcodes.LOR);
        registers.setRaw(32 + i.rd(), false);
      }
      case "FLD" -> {
        memory("loadLong", "", "J");
        registers.setRaw(32 + i.rd(), false);
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no load");
    }
  }

  private void loadInt(Instruction i, String name, String result) {
    memory(name, "", result);
    mv.visitInsn(Opcodes.I2L);
    capabilities.setInteger(i.rd());
  }

  private void store(Instruction i) {
    switch (CapabilityEffects.plainName(i.opcode())) {
      case "SB" -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2B);
        memory("storeByte", "B", "V");
      }
      case "SH" -> {
        registers.pushInt(i.rs2());
        mv.visitInsn(Opcodes.I2S);
        memory("storeShort", "S", "V");
      }
      case "SW" -> {
        registers.pushInt(i.rs2());
        memory("storeInt", "I", "V");
      }
      case "SD" -> {
        registers.pushLong(i.rs2());
        memory("storeLong", "J", "V");
      }
      case "FSW" -> {
        registers.pushRaw(32 + i.rs2());
        mv.visitInsn(Opcodes.L2I);
        memory("storeInt", "I", "V");
      }
      case "FSD" -> {
        registers.pushRaw(32 + i.rs2());
        memory("storeLong", "J", "V");
      }
      default -> throw new IllegalArgumentException(i.opcode() + " is no store");
    }
  }

  private void loadCapability(Instruction i) {
    memory("loadCapability", "", CAPABILITY_TYPE);
    capabilities.setCapability(i.rd());
  }

  private void storeCapability(Instruction i) {
    capabilities.pushCapability(i.rs2());
    memory("storeCapability", CAPABILITY_TYPE, "V");
  }

  private void memory(String name, String value, String result) {
    if (place != null) {
      String inRange = "(JJ" + value + ")" + result;
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, Names.IN_RANGE_MEMORY, name, inRange, false);
      return;
    }
    mv.visitVarInsn(Opcodes.ALOAD, window);
    String descriptor = "(" + PLACE + value + Names.WINDOW_TYPE + ")" + result;
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, MEMORY, name, descriptor, false);
  }

  // Atomics ------------------------------------------------------------------------------------

  private void loadReserved(Instruction i) {
    pushHart();
    if (i.opcode().format().has(Operand.CD)) {
      code("loadReserved", "(" + PLACE + Names.HART_TYPE + ")" + CAPABILITY_TYPE);
      capabilities.setCapability(i.rd());
    } else {
      pushOpcode(i.opcode());
      code("loadReserved", "(" + PLACE + Names.HART_TYPE + OPCODE_TYPE + ")J");
      capabilities.setInteger(i.rd());
    }
  }

  private void storeConditional(Instruction i, int result) {
    if (i.opcode().format().has(Operand.CS2)) {
      capabilities.pushCapability(i.rs2());
      pushHart();
      code("storeConditional", "(" + PLACE + CAPABILITY_TYPE + Names.HART_TYPE + ")J");
    } else {
      registers.pushLong(i.rs2());
      pushHart();
      pushOpcode(i.opcode());
      code("storeConditional", "(" + PLACE + "J" + Names.HART_TYPE + OPCODE_TYPE + ")J");
    }
    capabilities.setInteger(result);
  }

  private void pushHart() {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
  }

  private void pushOpcode(Opcode opcode) {
    mv.visitFieldInsn(Opcodes.GETSTATIC, OPCODE, opcode.name(), OPCODE_TYPE);
  }

  private void code(String name, String descriptor) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, CODE, name, descriptor, false);
  }
}
