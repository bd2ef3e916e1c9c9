package org.capvm.runtime.hart;

import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.MisalignedAccess;

/**
 * A synchronous exception that an instruction raised. The hart's {@code pc} is the address of that
 * instruction.
 */
public sealed interface Trap {
  /** Not an RV64GC instruction, or one with reserved fields. {@code bits} as fetched, 16 or 32. */
  record IllegalInstruction(int bits) implements Trap {}

  /** {@code ebreak}. */
  record Breakpoint() implements Trap {}

  /** An access outside the window or against the page permissions. */
  record Memory(MemoryFault fault) implements Trap {}

  /** A check of a capability failed. */
  record Capability(CapabilityFault fault) implements Trap {}

  /** A misaligned LR, SC, AMO or access of a capability at this address. */
  record Misaligned(long address, AccessKind kind) implements Trap {}

  /** The trap that a failed access raises. */
  static Trap of(MemoryFault fault) {
    return fault instanceof MisalignedAccess
        ? new Misaligned(fault.address(), fault.kind())
        : new Memory(fault);
  }
}
