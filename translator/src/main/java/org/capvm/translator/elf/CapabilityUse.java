package org.capvm.translator.elf;

/** How a program uses capabilities. */
public enum CapabilityUse {
  /** It has no capability instructions. */
  NONE,
  /** Its pointers are integers under DDC; it starts in integer mode. */
  HYBRID,
  /** All its pointers are capabilities; it starts in capability mode. */
  PURE;

  /** EF_RISCV_CHERIABI of the CHERI ELF psABI. */
  private static final int CHERI_ABI = 0x1_0000;

  /** EF_RISCV_CAP_MODE. */
  private static final int CAPABILITY_MODE = 0x2_0000;

  /**
   * What a file asks for.
   *
   * @param flags e_flags of the ELF header
   * @param architecture of its attributes, or an empty string: hybrid code has no flag
   */
  static CapabilityUse of(int flags, String architecture) {
    if ((flags & CAPABILITY_MODE) != 0) {
      return PURE;
    }
    boolean hybrid = (flags & CHERI_ABI) != 0 || architecture.contains("_xcheri");
    return hybrid ? HYBRID : NONE;
  }
}
