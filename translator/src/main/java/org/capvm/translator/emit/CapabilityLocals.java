package org.capvm.translator.emit;

import java.util.Arrays;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Capability registers in JVM locals: the address in the local of the integer register, and beside
 * it a {@code Capability} that has everything but the address right, decoded; {@code
 * Capability.NULL} for integers. So arithmetic on integers and addresses allocates nothing, and
 * fields of a capability that does not change in a loop are loop invariants.
 */
final class CapabilityLocals {
  static final String CAPABILITY = "org/capvm/runtime/capability/Capability";
  static final String CAPABILITY_TYPE = "L" + CAPABILITY + ";";
  static final String REGISTERS = "org/capvm/runtime/hart/CapabilityRegisters";
  static final String REGISTERS_TYPE = "L" + REGISTERS + ";";

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final int[] held = new int[32];
  private final int file;
  private final int ddc;

  /**
   * @param touched registers that the method names
   */
  CapabilityLocals(MethodVisitor mv, RegisterLocals registers, long touched) {
    this.mv = mv;
    this.registers = registers;
    this.file = registers.reserve(REGISTERS);
    this.ddc = registers.reserve(CAPABILITY);
    Arrays.fill(held, -1);
    for (int n = 1; n < held.length; n++) {
      if (RegisterSet.contains(touched, n)) {
        held[n] = registers.reserve(CAPABILITY);
      }
    }
  }

  // The hart -----------------------------------------------------------------------------------

  /** Emits the loads at the entry, except those of the integer registers. */
  void load() {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "capabilities", REGISTERS_TYPE);
    mv.visitVarInsn(Opcodes.ASTORE, file);
    loadDdc();
    for (int n = 1; n < held.length; n++) {
      if (held[n] >= 0) {
        pushFile();
        mv.visitFieldInsn(Opcodes.GETFIELD, REGISTERS, "c" + n, CAPABILITY_TYPE);
        mv.visitVarInsn(Opcodes.ASTORE, held[n]);
      }
    }
  }

  /** Emits the load of DDC, which only CSpecialRW changes. */
  void loadDdc() {
    pushFile();
    file("ddc", "()" + CAPABILITY_TYPE);
    mv.visitVarInsn(Opcodes.ASTORE, ddc);
  }

  /** Emits stores of registers, 1 to 31, except those of the integer registers. */
  void store(long set) {
    for (int n = 1; n < held.length; n++) {
      if (RegisterSet.contains(set, n)) {
        pushFile();
        pushHeld(n);
        mv.visitFieldInsn(Opcodes.PUTFIELD, REGISTERS, "c" + n, CAPABILITY_TYPE);
      }
    }
  }

  void pushFile() {
    mv.visitVarInsn(Opcodes.ALOAD, file);
  }

  void file(String name, String descriptor) {
    mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, REGISTERS, name, descriptor, false);
  }

  // Registers ----------------------------------------------------------------------------------

  void pushDdc() {
    mv.visitVarInsn(Opcodes.ALOAD, ddc);
  }

  /** Pushes a capability that has everything but the address of a register. */
  void pushHeld(int n) {
    if (n == 0) {
      pushNull();
    } else {
      mv.visitVarInsn(Opcodes.ALOAD, held[n]);
    }
  }

  /** Pushes the capability in a register. */
  void pushCapability(int n) {
    pushHeld(n);
    if (n != 0) {
      registers.pushLong(n);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          CAPABILITY,
          "inRegister",
          "(" + CAPABILITY_TYPE + "J)" + CAPABILITY_TYPE,
          false);
    }
  }

  /** As {@link #pushCapability} where c0 means DDC. */
  void pushCapabilityOrDdc(int n) {
    if (n == 0) {
      pushDdc();
    } else {
      pushCapability(n);
    }
  }

  /** Pops a capability into a register; c0 drops it. */
  void setCapability(int n) {
    if (n == 0) {
      mv.visitInsn(Opcodes.POP);
      return;
    }
    mv.visitInsn(Opcodes.DUP);
    mv.visitVarInsn(Opcodes.ASTORE, held[n]);
    mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CAPABILITY, "address", "()J", false);
    registers.setLong(n, false);
  }

  /** Pops what is held of a register besides its address; c0 drops it. */
  void setHeld(int n) {
    if (n == 0) {
      mv.visitInsn(Opcodes.POP);
    } else {
      mv.visitVarInsn(Opcodes.ASTORE, held[n]);
    }
  }

  /** Pops a long into a register, an integer from then on; x0 drops it. */
  void setInteger(int n) {
    registers.setLong(n, false);
    becameInteger(n);
  }

  /** Says that an integer was written to a register's integer local. */
  void becameInteger(int n) {
    if (n != 0) {
      pushNull();
      mv.visitVarInsn(Opcodes.ASTORE, held[n]);
    }
  }

  private void pushNull() {
    mv.visitFieldInsn(Opcodes.GETSTATIC, CAPABILITY, "NULL", CAPABILITY_TYPE);
  }
}
