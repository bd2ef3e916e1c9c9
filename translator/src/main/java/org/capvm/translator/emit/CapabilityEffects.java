package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Format;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Operand;

/**
 * The registers that instructions of RV64GC with Xcheri name. Capability and integer registers are
 * the same 32; floating-point registers are numbered from 32.
 */
final class CapabilityEffects {
  private static final int FLOAT = 32;

  /** Where CInvoke puts the data capability. */
  private static final int INVOKED_DATA = 31;

  private CapabilityEffects() {}

  /** What an instruction reads or writes, x0 left out. */
  static long touched(Instruction i) {
    long set = written(i);
    for (Operand operand : i.opcode().format().operands()) {
      set |=
          switch (operand) {
            case RS1, CS1, ADDRESS, BASE, CAPABILITY_BASE -> bit(i.rs1());
            case RS2, CS2 -> bit(i.rs2());
            case FS1 -> bit(FLOAT + i.rs1());
            case FS2 -> bit(FLOAT + i.rs2());
            case FS3 -> bit(FLOAT + i.rs3());
            default -> 0;
          };
    }
    return set & ~bit(0);
  }

  /** What an instruction writes, x0 left out. */
  static long written(Instruction i) {
    long set = 0;
    for (Operand operand : i.opcode().format().operands()) {
      set |=
          switch (operand) {
            case RD, CD -> bit(i.rd());
            case FD -> bit(FLOAT + i.rd());
            default -> 0;
          };
    }
    if (i.opcode().family() == Family.EXPLICIT_STORE_CONDITIONAL) {
      set |= bit(i.rs2());
    }
    if (i.opcode().format() == Format.CAPABILITY_PAIR) {
      set |= bit(INVOKED_DATA);
    }
    return set & ~bit(0);
  }
}
