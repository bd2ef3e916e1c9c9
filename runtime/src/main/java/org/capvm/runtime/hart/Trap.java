package org.capvm.runtime.hart;

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
  record Memory(org.capvm.runtime.memory.MemoryFault fault) implements Trap {}

  /** A misaligned LR, SC or AMO at this address. */
  record Misaligned(long address) implements Trap {}
}
