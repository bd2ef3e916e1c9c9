package org.capvm.runtime.isa;

/** Groups of instructions that are executed, analysed and emitted alike. */
public enum Family {
  /** LUI and AUIPC: a constant once the address of the instruction is known. */
  UPPER_IMMEDIATE,
  /** Integer operation of a register and an immediate. */
  ALU_IMMEDIATE,
  /** The same on 32-bit words, sign-extended. */
  ALU_IMMEDIATE_WORD,
  /** Integer operation of two registers. */
  ALU_REGISTER,
  /** The same on 32-bit words, sign-extended. */
  ALU_REGISTER_WORD,
  /** Integer multiplication, both widths. */
  MULTIPLY,
  /** Integer division and remainder, both widths. */
  DIVIDE,
  LOAD,
  STORE,
  /** Conditional branches. */
  BRANCH,
  /** JAL and JALR. */
  JUMP,
  LOAD_RESERVED,
  STORE_CONDITIONAL,
  /** Atomic memory operations. */
  ATOMIC,
  FLOAT_LOAD,
  FLOAT_STORE,
  /** Addition, subtraction, multiplication, division, square root. */
  FLOAT_ARITHMETIC,
  /** Fused multiply-add. */
  FLOAT_FUSED,
  /** Sign injection. */
  FLOAT_SIGN,
  FLOAT_MINIMUM_MAXIMUM,
  /** FEQ, FLT, FLE. */
  FLOAT_COMPARE,
  FLOAT_CLASSIFY,
  /** Conversions between formats and to and from integers. */
  FLOAT_CONVERT,
  /** Bitwise moves between the register files. */
  FLOAT_MOVE,
  FENCE,
  /** Control and status registers. */
  CSR,
  /** ECALL and EBREAK. */
  SYSTEM,
  ILLEGAL,

  // Xcheri
  /** An integer result from capabilities, or about lengths. */
  CAPABILITY_QUERY(true),
  /** A capability made from another. */
  CAPABILITY_MODIFY(true),
  /** CSpecialRW. */
  CAPABILITY_SPECIAL(true),
  /** CInvoke and the jumps whose mode is part of the instruction. */
  CAPABILITY_JUMP(true),
  CAPABILITY_LOAD(true),
  CAPABILITY_STORE(true),
  CAPABILITY_LOAD_RESERVED(true),
  CAPABILITY_STORE_CONDITIONAL(true),
  CAPABILITY_ATOMIC(true),
  /** CLoadTags. */
  CAPABILITY_LOAD_TAGS(true),
  /** Loads that name their authority: DDC or the base register. */
  EXPLICIT_LOAD(true),
  EXPLICIT_LOAD_RESERVED(true),
  EXPLICIT_STORE(true),
  EXPLICIT_STORE_CONDITIONAL(true);

  private final boolean xcheri;

  Family() {
    this(false);
  }

  Family(boolean xcheri) {
    this.xcheri = xcheri;
  }

  /** Whether these are instructions of the Xcheri extension, not of RV64GC. */
  public boolean isXcheri() {
    return xcheri;
  }
}
