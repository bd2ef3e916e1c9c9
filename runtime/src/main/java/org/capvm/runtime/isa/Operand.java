package org.capvm.runtime.isa;

/** What an instruction names, in the order and the form of its assembly text. */
public enum Operand {
  /** Integer destination register. */
  RD,
  /** First integer source register. */
  RS1,
  /** Second integer source register. */
  RS2,
  /** Floating-point destination register, in the rd field. */
  FD,
  /** First floating-point source register, in the rs1 field. */
  FS1,
  /** Second floating-point source register, in the rs2 field. */
  FS2,
  /** Third floating-point source register, in the rs3 field. */
  FS3,
  /** Signed 12-bit immediate. */
  IMMEDIATE,
  /** Shift amount, 0 to 63 or 0 to 31. */
  SHIFT_AMOUNT,
  /** Bits 31 to 12 of LUI and AUIPC. */
  UPPER_IMMEDIATE,
  /** Branch or jump target, encoded relative to the instruction. */
  TARGET,
  /** Memory address {@code immediate(rs1)}. */
  ADDRESS,
  /** Memory address {@code (rs1)} of an atomic. */
  BASE,
  /** Number of a control and status register. */
  CSR,
  /** Unsigned 5-bit immediate in the rs1 field. */
  CSR_IMMEDIATE,
  /** Predecessor set of a fence. */
  PREDECESSOR,
  /** Successor set of a fence. */
  SUCCESSOR,
  /** Rounding mode. */
  ROUNDING_MODE,
  /** Capability destination register. */
  CD,
  /** First capability source register, in the rs1 field. */
  CS1,
  /** Second capability source register, in the rs2 field. */
  CS2,
  /** Memory address {@code (cs1)}, authorised by that capability. */
  CAPABILITY_BASE,
  /** Special capability register, its number in the rs2 field. */
  SPECIAL
}
