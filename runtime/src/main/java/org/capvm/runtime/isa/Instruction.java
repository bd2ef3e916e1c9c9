package org.capvm.runtime.isa;

/**
 * A decoded instruction. Compressed instructions decode to the opcode they expand to, with length
 * 2. Fields that the instruction does not have are 0.
 *
 * @param opcode its definition; {@link Opcode#ILLEGAL} for anything that is not RV64GC
 * @param length in bytes, 2 or 4
 * @param rd destination register, 0 to 31
 * @param rs1 first source register, or the 5-bit immediate of CSRRWI, CSRRSI, CSRRCI
 * @param rs2 second source register
 * @param rs3 third source register (fused multiply-add)
 * @param immediate sign-extended immediate; shift amount; CSR number; of FENCE the successor bits
 *     (3 to 0: I, O, R, W), the predecessor bits (7 to 4) and the mode (11 to 8: 8 for FENCE.TSO);
 *     branch and jump offsets relative to the instruction
 * @param roundingMode static rounding mode 0 to 7, 7 meaning dynamic; 0 where there is none
 * @param aq acquire bit of LR, SC and AMOs
 * @param rl release bit of LR, SC and AMOs
 * @param bits the instruction as fetched, 16 or 32 bits, zero-extended
 */
public record Instruction(
    Opcode opcode,
    int length,
    int rd,
    int rs1,
    int rs2,
    int rs3,
    long immediate,
    int roundingMode,
    boolean aq,
    boolean rl,
    int bits) {

  /** An encoding that is not an instruction. */
  static Instruction illegal(int length, int bits) {
    return new Instruction(Opcode.ILLEGAL, length, 0, 0, 0, 0, 0, 0, false, false, bits);
  }

  /** The expansion of a compressed instruction. */
  static Instruction compressed(Opcode opcode, int rd, int rs1, int rs2, long immediate, int bits) {
    return new Instruction(opcode, 2, rd, rs1, rs2, 0, immediate, 0, false, false, bits);
  }
}
