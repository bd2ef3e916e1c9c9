package org.capvm.runtime.isa;

import static org.capvm.runtime.isa.Operand.*;

import java.util.List;

/** The operands of an instruction, in assembly order, and where its immediate lies. */
public enum Format {
  NONE(Immediate.NONE),
  REGISTER(Immediate.NONE, RD, RS1, RS2),
  IMMEDIATE(Immediate.I, RD, RS1, Operand.IMMEDIATE),
  SHIFT(Immediate.SHIFT, RD, RS1, SHIFT_AMOUNT),
  UPPER(Immediate.U, RD, UPPER_IMMEDIATE),
  JUMP(Immediate.J, RD, TARGET),
  BRANCH(Immediate.B, RS1, RS2, TARGET),
  /** Integer loads and JALR. */
  LOAD(Immediate.I, RD, ADDRESS),
  STORE(Immediate.S, RS2, ADDRESS),
  FENCE(Immediate.UNSIGNED, PREDECESSOR, SUCCESSOR),
  CSR(Immediate.UNSIGNED, RD, Operand.CSR, RS1),
  CSR_IMMEDIATE(Immediate.UNSIGNED, RD, Operand.CSR, Operand.CSR_IMMEDIATE),
  LOAD_RESERVED(Immediate.NONE, RD, BASE),
  ATOMIC(Immediate.NONE, RD, RS2, BASE),
  FLOAT_LOAD(Immediate.I, FD, ADDRESS),
  FLOAT_STORE(Immediate.S, FS2, ADDRESS),
  FLOAT_FUSED(Immediate.NONE, FD, FS1, FS2, FS3, ROUNDING_MODE),
  FLOAT_BINARY_ROUNDED(Immediate.NONE, FD, FS1, FS2, ROUNDING_MODE),
  FLOAT_BINARY(Immediate.NONE, FD, FS1, FS2),
  FLOAT_UNARY_ROUNDED(Immediate.NONE, FD, FS1, ROUNDING_MODE),
  FLOAT_COMPARE(Immediate.NONE, RD, FS1, FS2),
  FLOAT_TO_INTEGER_ROUNDED(Immediate.NONE, RD, FS1, ROUNDING_MODE),
  FLOAT_TO_INTEGER(Immediate.NONE, RD, FS1),
  INTEGER_TO_FLOAT_ROUNDED(Immediate.NONE, FD, RS1, ROUNDING_MODE),
  INTEGER_TO_FLOAT(Immediate.NONE, FD, RS1),

  // Xcheri
  CAPABILITY_TO_INTEGER(Immediate.NONE, RD, CS1),
  CAPABILITIES_TO_INTEGER(Immediate.NONE, RD, CS1, CS2),
  INTEGER_TO_INTEGER(Immediate.NONE, RD, RS1),
  CAPABILITY(Immediate.NONE, CD, CS1),
  CAPABILITIES(Immediate.NONE, CD, CS1, CS2),
  CAPABILITY_AND_INTEGER(Immediate.NONE, CD, CS1, RS2),
  CAPABILITY_IMMEDIATE(Immediate.I, CD, CS1, Operand.IMMEDIATE),
  CAPABILITY_UNSIGNED(Immediate.UNSIGNED, CD, CS1, Operand.IMMEDIATE),
  CAPABILITY_PAIR(Immediate.NONE, CS1, CS2),
  CAPABILITY_SPECIAL(Immediate.NONE, CD, SPECIAL, CS1),
  CAPABILITY_TAGS(Immediate.NONE, RD, CAPABILITY_BASE),
  CAPABILITY_LOAD(Immediate.I, CD, ADDRESS),
  CAPABILITY_STORE(Immediate.S, CS2, ADDRESS),
  CAPABILITY_LOAD_RESERVED(Immediate.NONE, CD, BASE),
  CAPABILITY_ATOMIC(Immediate.NONE, CD, CS2, BASE),
  LOAD_DDC(Immediate.NONE, RD, BASE),
  LOAD_CAPABILITY(Immediate.NONE, RD, CAPABILITY_BASE),
  LOAD_CAPABILITY_DDC(Immediate.NONE, CD, BASE),
  LOAD_CAPABILITY_CAPABILITY(Immediate.NONE, CD, CAPABILITY_BASE),
  STORE_DDC(Immediate.NONE, RS2, BASE),
  STORE_CAPABILITY(Immediate.NONE, RS2, CAPABILITY_BASE),
  STORE_CAPABILITY_DDC(Immediate.NONE, CS2, BASE),
  STORE_CAPABILITY_CAPABILITY(Immediate.NONE, CS2, CAPABILITY_BASE);

  /** The immediate encodings of the unprivileged ISA, section 2.3. */
  private enum Immediate {
    NONE,
    I,
    S,
    B,
    U,
    J,
    SHIFT,
    UNSIGNED
  }

  private final Immediate immediate;
  private final List<Operand> operands;

  Format(Immediate immediate, Operand... operands) {
    this.immediate = immediate;
    this.operands = List.of(operands);
  }

  /** The operands in assembly order. */
  public List<Operand> operands() {
    return operands;
  }

  /** Whether an instruction of this format has this operand. */
  public boolean has(Operand operand) {
    return operands.contains(operand);
  }

  /** Whether the integer register rs1 is read: as an operand of its own or as an address base. */
  public boolean readsRs1() {
    return has(RS1) || has(ADDRESS) || has(BASE);
  }

  /** Whether the integer register rs2 is read. */
  public boolean readsRs2() {
    return has(RS2);
  }

  /** Whether the integer register rd is written. */
  public boolean writesRd() {
    return has(RD);
  }

  /** Whether the floating-point register rd is written. */
  public boolean writesFd() {
    return has(FD);
  }

  /** Whether the instruction has a rounding-mode field. */
  public boolean isRounded() {
    return has(ROUNDING_MODE);
  }

  /**
   * The immediate of a 32-bit instruction, as {@link Instruction#immediate} gives it; 0 where there
   * is none.
   */
  public long immediate(int bits) {
    return switch (immediate) {
      case NONE -> 0;
      case I -> bits >> 20;
      case S -> (bits >> 25 << 5) | (bits >>> 7 & 0x1f);
      case B ->
          (bits >> 31 << 12) | (bits << 4 & 0x800) | (bits >>> 20 & 0x7e0) | (bits >>> 7 & 0x1e);
      case U -> bits & 0xffff_f000;
      case J ->
          (bits >> 31 << 20) | (bits & 0xf_f000) | (bits >>> 9 & 0x800) | (bits >>> 20 & 0x7fe);
      case SHIFT -> bits >>> 20 & 0x3f;
      case UNSIGNED -> bits >>> 20;
    };
  }
}
