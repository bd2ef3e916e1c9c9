package org.capvm.translator.analyse;

import static org.capvm.translator.analyse.RegisterSet.bit;

import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Format;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;

/**
 * The registers that instructions of RV64GC with Xcheri name. Capability and integer registers are
 * the same 32; floating-point registers are numbered from 32.
 */
public final class CapabilityEffects {
  private static final int FLOAT = 32;

  /** Where CInvoke puts the data capability. */
  private static final int INVOKED_DATA = 31;

  private CapabilityEffects() {}

  /** What an instruction reads or writes, x0 left out. */
  public static long touched(Instruction i) {
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
  public static long written(Instruction i) {
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

  /** Whether the base register authorises an access to memory, not DDC. */
  public static boolean isAuthorisedByRegister(Instruction i, boolean capabilityMode) {
    return switch (i.opcode().family()) {
      case EXPLICIT_LOAD, EXPLICIT_STORE, EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE_CONDITIONAL ->
          i.opcode().mnemonic().endsWith(".cap");
      case CAPABILITY_LOAD_TAGS -> true;
      default -> capabilityMode;
    };
  }

  /** Bytes that a load or a store of an integer accesses; 0 for other instructions. */
  public static int size(Instruction i) {
    return switch (i.opcode().family()) {
      case LOAD, FLOAT_LOAD, STORE, FLOAT_STORE, EXPLICIT_LOAD, EXPLICIT_STORE ->
          switch (plainName(i.opcode())) {
            case "LB", "LBU", "SB" -> Byte.BYTES;
            case "LH", "LHU", "SH" -> Short.BYTES;
            case "LW", "LWU", "SW", "FLW", "FSW" -> Integer.BYTES;
            case "LD", "SD", "FLD", "FSD" -> Long.BYTES;
            default -> 0;
          };
      default -> 0;
    };
  }

  /** The name of a load or store without the authority it names. */
  public static String plainName(Opcode opcode) {
    String name = opcode.name();
    int authority = name.indexOf('_');
    return authority < 0 ? name : name.substring(0, authority);
  }
}
