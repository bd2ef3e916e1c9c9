package org.capvm.intravisor.verify;

import java.util.Set;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Operand;

/**
 * A case whose result differs, as {@link EmulatorQuirk} asks about it.
 *
 * @param got the words of the result, which are not the expected ones
 */
record QuirkSubject(VectorCase c, Set<String> got) {
  private static final int CAUSE_MASK = 31;

  /** The instruction that the case is about: the last of a pair. */
  Instruction last() {
    return c.instruction(c.code().size() - 1);
  }

  boolean expected(String word) {
    return c.expected().contains(word);
  }

  boolean got(String word) {
    return got.contains(word);
  }

  boolean expectedViolation(CapabilityCause cause) {
    return expected("cause=1c") && (value(c.expected()) & CAUSE_MASK) == cause.code();
  }

  /** Whether both are the same access fault, and the expected one has a higher address. */
  boolean isReportedAbove(int bytes) {
    boolean fault = expected("cause=5") && got("cause=5") || expected("cause=7") && got("cause=7");
    return fault && value(c.expected()) - value(got) == bytes;
  }

  private static long value(Set<String> words) {
    for (String word : words) {
      if (word.startsWith("tval=")) {
        return Long.parseUnsignedLong(word.substring("tval=".length()), 16);
      }
    }
    return 0;
  }

  boolean isStoreConditionalOfInteger() {
    return isStoreConditional() && !last().opcode().format().has(Operand.CS2);
  }

  private boolean isStoreConditional() {
    return switch (last().opcode().family()) {
      case STORE_CONDITIONAL, CAPABILITY_STORE_CONDITIONAL, EXPLICIT_STORE_CONDITIONAL -> true;
      default -> false;
    };
  }

  /** SC.C, its explicit forms and AMOSWAP.C. */
  boolean storesCapabilityAtomically() {
    return last().opcode().format().has(Operand.CS2)
        && (isStoreConditional() || last().opcode().family() == Family.CAPABILITY_ATOMIC);
  }

  boolean isLoadReservedOfCapability() {
    Instruction first = c.instruction(0);
    return first.opcode().format().has(Operand.CD)
        && (first.opcode().family() == Family.CAPABILITY_LOAD_RESERVED
            || first.opcode().family() == Family.EXPLICIT_LOAD_RESERVED);
  }

  boolean isAtomic() {
    return last().opcode().family() == Family.ATOMIC
        || last().opcode().family() == Family.CAPABILITY_ATOMIC;
  }

  /** Whether a load or store of 16 bytes is what the case is about. */
  boolean accessesCapability() {
    return last().opcode().format().has(Operand.CD) || last().opcode().format().has(Operand.CS2);
  }

  /** What the access of the instruction is authorised by. */
  Capability authority() {
    boolean byRegister =
        last().opcode().mnemonic().endsWith(".cap")
            || !last().opcode().mnemonic().endsWith(".ddc") && c.pcc().isCapabilityMode();
    return byRegister ? register(last().rs1()) : c.ddc();
  }

  /** The capability that a store stores. */
  Capability stored() {
    return register(last().rs2());
  }

  private Capability register(int n) {
    return c.registers().getOrDefault(n, Capability.NULL);
  }
}
