package org.capvm.runtime.interpreter;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;

/** CSpecialRW on the special capability registers of user mode. */
final class SpecialRegisters {
  private static final int PCC = 0;
  private static final int DDC = 1;
  private static final int UTCC = 4;
  private static final int UEPCC = 7;

  /** Bits of a trap vector's address that select its mode. */
  private static final long VECTOR_MODE = 3;

  /** The mode bit that cannot be written: only direct (0) and vectored (1) exist. */
  private static final long RESERVED_MODE = 2;

  /** Number of the CSR that describes the extension to user mode. */
  static final int UCCSR = 0x8c0;

  private static final long ENABLED = 1;
  private static final long NO_RELOCATION = 1L << 30;
  private static final long TAG_CLEARING = 1L << 31;

  private SpecialRegisters() {}

  /** Reads CSR uccsr, which is constant: which dialect this is. */
  static long readUccsr(CapabilityRegisters registers) {
    if (!registers.pccBounds().permits(Permissions.ACCESS_SYSTEM_REGISTERS)) {
      throw new CapabilityFault(CapabilityCause.ACCESS_SYSTEM_REGISTERS, CapabilityFault.PCC);
    }
    return registers.dialect() == Dialect.XCHERI_V9
        ? ENABLED | NO_RELOCATION | TAG_CLEARING
        : ENABLED;
  }

  /** Whether CSpecialRW is an instruction in user mode. */
  static boolean isLegal(int n, boolean writes) {
    return (n <= DDC || n >= UTCC && n <= UEPCC) && !(n == PCC && writes);
  }

  /**
   * Executes CSpecialRW.
   *
   * @return false when the instruction is illegal
   */
  static boolean exchange(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    int n = i.rs2();
    boolean writes = i.rs1() != 0;
    if (!isLegal(n, writes)) {
      return false;
    }
    registers.set(i.rd(), exchange(registers, n, writes, registers.get(i.rs1())));
    return true;
  }

  /** Reads a register, and writes it if asked to; the instruction is legal. */
  static Capability exchange(CapabilityRegisters registers, int n, boolean writes, Capability c) {
    if (n > DDC && !registers.pccBounds().permits(Permissions.ACCESS_SYSTEM_REGISTERS)) {
      throw new CapabilityFault(
          CapabilityCause.ACCESS_SYSTEM_REGISTERS, CapabilityFault.SPECIAL + n);
    }
    Capability old = read(registers, n);
    if (writes) {
      write(registers, n, c);
    }
    return old;
  }

  private static Capability read(CapabilityRegisters registers, int n) {
    return switch (n) {
      case PCC -> registers.pcc();
      case DDC -> registers.ddc();
      case UEPCC -> even(registers.special(n));
      default -> registers.special(n);
    };
  }

  private static void write(CapabilityRegisters registers, int n, Capability value) {
    switch (n) {
      case DDC -> registers.setDdc(value);
      case UTCC ->
          registers.setSpecial(n, withMode(registers.dialect(), value, registers.special(n)));
      case UEPCC -> registers.setSpecial(n, even(value));
      default -> registers.setSpecial(n, value);
    }
  }

  /** An exception's return address has no bit 0; clearing it costs a sealed capability its tag. */
  private static Capability even(Capability c) {
    return (c.address() & 1) == 0 ? c : c.withAddress(c.address() & -2).taggedIf(!c.isSealed());
  }

  /** A trap vector keeps its mode bits where the written ones are reserved. */
  private static Capability withMode(Dialect d, Capability c, Capability old) {
    long start = d.relocates() ? c.base() : 0;
    long vector = c.address() - start;
    long mode =
        (vector & RESERVED_MODE) == 0 ? vector : old.address() - (d.relocates() ? old.base() : 0);
    return c.withAddress(start + (vector & ~VECTOR_MODE | mode & VECTOR_MODE))
        .taggedIf(!c.isSealed());
  }
}
