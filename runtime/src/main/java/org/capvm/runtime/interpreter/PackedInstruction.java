package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * A decoded instruction in one long, so that a block of them is a plain array. From the low end:
 * opcode (8 bits, 0 for a {@link #continuation}), offset from the start of the block in half-words
 * (7), rd (6), rs1, rs2 (5 each), whether it has four bytes (1), and from bit 32 the immediate.
 * Immediates that count from the instruction count from the start of the block here. Instructions
 * with a rounding mode have no immediate, and keep the mode (3 bits) and rs3 (5 bits) there.
 */
@SuppressWarnings("EnumOrdinal") // the number is never kept beyond the process
final class PackedInstruction {
  /** The largest offset that fits. */
  static final int OFFSET_MAX = 127;

  private static final int OPCODE_MASK = 0xff;
  private static final int OFFSET_SHIFT = 8;
  private static final int RD_SHIFT = 15;
  private static final int RS1_SHIFT = 21;
  private static final int RS2_SHIFT = 26;
  private static final int LONG_SHIFT = 31;
  private static final Opcode[] OPCODES = opcodes();

  private PackedInstruction() {}

  static long pack(Instruction i, int offset) {
    Opcode opcode = i.opcode();
    long upper =
        switch (opcode) {
          case ILLEGAL -> i.bits();
          case AUIPC, JAL, BEQ, BNE, BLT, BGE, BLTU, BGEU -> i.immediate() + 2L * offset;
          default -> opcode.format().isRounded() ? i.rs3() << 3 | i.roundingMode() : i.immediate();
        };
    int rd = i.rd() == 0 && opcode.format().writesRd() ? Hart.SINK : i.rd();
    int lower =
        (i.length() == 4 ? 1 << LONG_SHIFT : 0)
            | i.rs2() << RS2_SHIFT
            | i.rs1() << RS1_SHIFT
            | rd << RD_SHIFT
            | offset << OFFSET_SHIFT
            | opcode.ordinal() + 1;
    return upper << 32 | lower & 0xffff_ffffL;
  }

  /**
   * Not an instruction: execution goes on in the block that begins at this place. It ends blocks
   * that control falls out of, and replaces instructions that were forgotten. Its opcode reads as
   * {@link Opcode#ILLEGAL}.
   */
  static long continuation(int offset) {
    return 2L * offset << 32 | (long) offset << OFFSET_SHIFT;
  }

  /** Number of the opcode, see {@link OpcodeNumber}. */
  static int number(long packed) {
    return (int) packed & OPCODE_MASK;
  }

  static boolean isContinuation(long packed) {
    return number(packed) == OpcodeNumber.CONTINUATION;
  }

  private static Opcode[] opcodes() {
    Opcode[] opcodes = new Opcode[OPCODE_MASK + 1];
    Arrays.fill(opcodes, Opcode.ILLEGAL);
    for (Opcode opcode : Opcode.values()) {
      if (!opcode.family().isXcheri()) {
        opcodes[opcode.ordinal() + 1] = opcode;
      }
    }
    return opcodes;
  }

  static Opcode opcode(long packed) {
    return OPCODES[number(packed)];
  }

  /** Distance from the start of the block in half-words. */
  static int offset(long packed) {
    return (int) packed >>> OFFSET_SHIFT & OFFSET_MAX;
  }

  /** Length in bytes, 2 or 4. */
  static int length(long packed) {
    return 2 + ((int) packed >>> LONG_SHIFT) * 2;
  }

  /** Destination register; {@link Hart#SINK} in place of x0. */
  static int rd(long packed) {
    return (int) packed >>> RD_SHIFT & 63;
  }

  static int rs1(long packed) {
    return (int) packed >>> RS1_SHIFT & 31;
  }

  static int rs2(long packed) {
    return (int) packed >>> RS2_SHIFT & 31;
  }

  /** Also the bits of an illegal instruction. */
  static int immediate(long packed) {
    return (int) (packed >> 32);
  }

  static int rs3(long packed) {
    return (int) (packed >>> 35) & 31;
  }

  static int roundingMode(long packed) {
    return (int) (packed >>> 32) & 7;
  }
}
