package org.capvm.testsuite.assembler;

import org.capvm.runtime.isa.Opcode;

/**
 * An instruction to assemble: operands as {@code Instruction} names them.
 *
 * @param roundingMode static rounding mode, or 7 for dynamic; for atomics the aq and rl bits
 * @param compressed whether to take the 16-bit form where there is one
 */
public record Code(
    Opcode opcode,
    int rd,
    int rs1,
    int rs2,
    int rs3,
    long immediate,
    int roundingMode,
    boolean compressed) {
  private static final int DYNAMIC = 7;

  /** Register-register and everything without an immediate. */
  public static Code registers(Opcode opcode, int rd, int rs1, int rs2) {
    return new Code(opcode, rd, rs1, rs2, 0, 0, DYNAMIC, false);
  }

  /** {@code opcode rd, rs1, immediate}; also loads, JALR, and CSR accesses. */
  public static Code immediate(Opcode opcode, int rd, int rs1, long immediate) {
    return new Code(opcode, rd, rs1, 0, 0, immediate, DYNAMIC, false);
  }

  /** {@code opcode rs2, immediate(rs1)}. */
  public static Code store(Opcode opcode, int rs2, int rs1, long immediate) {
    return new Code(opcode, 0, rs1, rs2, 0, immediate, DYNAMIC, false);
  }

  /** {@code opcode rs1, rs2, offset} of a branch. */
  public static Code branch(Opcode opcode, int rs1, int rs2, long offset) {
    return new Code(opcode, 0, rs1, rs2, 0, offset, DYNAMIC, false);
  }

  public Code compressed(boolean wanted) {
    return new Code(opcode, rd, rs1, rs2, rs3, immediate, roundingMode, wanted);
  }

  public Code withImmediate(long value) {
    return new Code(opcode, rd, rs1, rs2, rs3, value, roundingMode, compressed);
  }
}
