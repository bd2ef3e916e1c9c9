package org.capvm;

/**
 * What a guest function left in the registers of results, a0 and fa0. The caller knows the
 * function's type and asks for it; the RISC-V calling convention (LP64D) says nothing of the rest.
 */
public final class CallResult {
  private final long integer;
  private final long floating;

  CallResult(long integer, long floating) {
    this.integer = integer;
    this.floating = floating;
  }

  /** A result of type int, unsigned, or smaller. */
  public int asInt() {
    return (int) integer;
  }

  /** A result of type long, size_t, or a pointer: an address of the guest. */
  public long asLong() {
    return integer;
  }

  /** A result of type float. */
  public float asFloat() {
    return Float.intBitsToFloat((int) floating);
  }

  /** A result of type double. */
  public double asDouble() {
    return Double.longBitsToDouble(floating);
  }
}
