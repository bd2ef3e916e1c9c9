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
  ILLEGAL
}
