package org.capvm.runtime.capability;

/**
 * The two versions of the ISA whose instructions differ in what an invalid manipulation of a
 * capability does, and in what integer addresses mean.
 */
public enum Dialect {
  /** CHERI ISAv9: the tag of the result is cleared; integer addresses are absolute. */
  XCHERI_V9,
  /**
   * CHERI ISAv8: the instruction traps; integer addresses count from the address of DDC, integer
   * jumps from the base of PCC.
   */
  XCHERI_V8;

  /**
   * Judges one condition of a manipulation.
   *
   * @param register that the condition is about
   * @return the condition
   * @throws CapabilityFault in ISAv8, when it does not hold
   */
  boolean requires(boolean condition, CapabilityCause cause, int register) {
    if (!condition && this == XCHERI_V8) {
      throw new CapabilityFault(cause, register);
    }
    return condition;
  }

  /** Whether integer addresses are relative to DDC and PCC. */
  public boolean relocates() {
    return this == XCHERI_V8;
  }
}
