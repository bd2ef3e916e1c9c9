package org.capvm.runtime.isa;

import static org.capvm.runtime.isa.Instruction.compressed;

/**
 * Expands the 16-bit instructions of RV64DC, unprivileged specification chapter "C". Quadrants are
 * the low two bits; the immediates are scattered, and the helpers are named after the chapter's
 * formats.
 */
final class CompressedDecoder {
  private static final int RA = 1;
  private static final int SP = 2;

  private CompressedDecoder() {}

  static Instruction decode(int bits) {
    return switch (bits & 3) {
      case 0 -> quadrant0(bits);
      case 1 -> quadrant1(bits);
      case 2 -> quadrant2(bits);
      default -> throw new IllegalArgumentException("not a 16-bit instruction");
    };
  }

  /**
   * Expands an instruction of capability mode (CHERI ISAv9, section 5.3.7): the encodings of
   * floating-point doubles load and store capabilities, and sums with sp are capabilities.
   */
  static Instruction decodeCapabilityMode(int bits) {
    int rd = bits >>> 7 & 31;
    int rs2 = bits >>> 2 & 31;
    Instruction i = decode(bits);
    return switch ((bits & 3) << 3 | bits >>> 13) {
      case 1 ->
          compressed(Opcode.LC, lowRegister(bits), highRegister(bits), 0, quadOffset(bits), bits);
      case 5 ->
          compressed(Opcode.SC, 0, highRegister(bits), lowRegister(bits), quadOffset(bits), bits);
      case 2 << 3 | 1 -> compressed(Opcode.LC, rd, SP, 0, quadStackLoad(bits), bits);
      case 2 << 3 | 5 -> compressed(Opcode.SC, 0, SP, rs2, quadStackStore(bits), bits);
      case 0 -> onCapability(i);
      case 1 << 3 | 3 -> rd == SP ? onCapability(i) : i;
      default -> i;
    };
  }

  /** c.addi4spn and c.addi16sp. */
  private static Instruction onCapability(Instruction i) {
    return i.opcode() == Opcode.ADDI
        ? compressed(Opcode.CINCOFFSETIMM, i.rd(), i.rs1(), 0, i.immediate(), i.bits())
        : i;
  }

  private static Instruction illegal(int bits) {
    return Instruction.illegal(2, bits);
  }

  private static Instruction quadrant0(int bits) {
    int high = highRegister(bits);
    int low = lowRegister(bits);
    return switch (bits >>> 13) {
      case 0 -> {
        // c.addi4spn; the all-zero word is the defined illegal instruction
        int immediate =
            (bits >>> 7 & 0x30) | (bits >>> 1 & 0x3c0) | (bits >>> 4 & 4) | (bits >>> 2 & 8);
        yield immediate == 0 ? illegal(bits) : compressed(Opcode.ADDI, low, SP, 0, immediate, bits);
      }
      case 1 -> compressed(Opcode.FLD, low, high, 0, doubleOffset(bits), bits);
      case 2 -> compressed(Opcode.LW, low, high, 0, wordOffset(bits), bits);
      case 3 -> compressed(Opcode.LD, low, high, 0, doubleOffset(bits), bits);
      case 5 -> compressed(Opcode.FSD, 0, high, low, doubleOffset(bits), bits);
      case 6 -> compressed(Opcode.SW, 0, high, low, wordOffset(bits), bits);
      case 7 -> compressed(Opcode.SD, 0, high, low, doubleOffset(bits), bits);
      default -> illegal(bits);
    };
  }

  private static Instruction quadrant1(int bits) {
    int rd = bits >>> 7 & 31;
    int immediate = immediate6(bits);
    return switch (bits >>> 13) {
      case 0 -> compressed(Opcode.ADDI, rd, rd, 0, immediate, bits);
      case 1 -> rd == 0 ? illegal(bits) : compressed(Opcode.ADDIW, rd, rd, 0, immediate, bits);
      case 2 -> compressed(Opcode.ADDI, rd, 0, 0, immediate, bits);
      case 3 -> {
        if (immediate == 0) {
          yield illegal(bits);
        }
        yield rd == SP
            ? compressed(Opcode.ADDI, SP, SP, 0, stackAdjustment(bits), bits)
            : compressed(Opcode.LUI, rd, 0, 0, (long) immediate << 12, bits);
      }
      case 4 -> arithmetic(bits);
      case 5 -> compressed(Opcode.JAL, 0, 0, 0, jumpOffset(bits), bits);
      case 6 -> compressed(Opcode.BEQ, 0, highRegister(bits), 0, branchOffset(bits), bits);
      default -> compressed(Opcode.BNE, 0, highRegister(bits), 0, branchOffset(bits), bits);
    };
  }

  /** c.srli, c.srai, c.andi and the register operations. */
  private static Instruction arithmetic(int bits) {
    int rd = highRegister(bits);
    return switch (bits >>> 10 & 3) {
      case 0 -> compressed(Opcode.SRLI, rd, rd, 0, shiftAmount(bits), bits);
      case 1 -> compressed(Opcode.SRAI, rd, rd, 0, shiftAmount(bits), bits);
      case 2 -> compressed(Opcode.ANDI, rd, rd, 0, immediate6(bits), bits);
      default -> {
        Opcode opcode =
            switch ((bits >>> 10 & 4) | (bits >>> 5 & 3)) {
              case 0 -> Opcode.SUB;
              case 1 -> Opcode.XOR;
              case 2 -> Opcode.OR;
              case 3 -> Opcode.AND;
              case 4 -> Opcode.SUBW;
              case 5 -> Opcode.ADDW;
              default -> Opcode.ILLEGAL;
            };
        yield opcode == Opcode.ILLEGAL
            ? illegal(bits)
            : compressed(opcode, rd, rd, lowRegister(bits), 0, bits);
      }
    };
  }

  private static Instruction quadrant2(int bits) {
    int rd = bits >>> 7 & 31;
    int rs2 = bits >>> 2 & 31;
    return switch (bits >>> 13) {
      case 0 -> compressed(Opcode.SLLI, rd, rd, 0, shiftAmount(bits), bits);
      case 1 -> compressed(Opcode.FLD, rd, SP, 0, doubleStackLoad(bits), bits);
      case 2 ->
          rd == 0 ? illegal(bits) : compressed(Opcode.LW, rd, SP, 0, wordStackLoad(bits), bits);
      case 3 ->
          rd == 0 ? illegal(bits) : compressed(Opcode.LD, rd, SP, 0, doubleStackLoad(bits), bits);
      case 4 -> registerMoveOrJump(bits, rd, rs2);
      case 5 -> compressed(Opcode.FSD, 0, SP, rs2, doubleStackStore(bits), bits);
      case 6 -> compressed(Opcode.SW, 0, SP, rs2, wordStackStore(bits), bits);
      default -> compressed(Opcode.SD, 0, SP, rs2, doubleStackStore(bits), bits);
    };
  }

  /** c.jr, c.mv, c.ebreak, c.jalr, c.add. */
  private static Instruction registerMoveOrJump(int bits, int rd, int rs2) {
    boolean add = (bits & 0x1000) != 0;
    if (rs2 != 0) {
      return compressed(Opcode.ADD, rd, add ? rd : 0, rs2, 0, bits);
    }
    if (rd == 0) {
      return add ? compressed(Opcode.EBREAK, 0, 0, 0, 0, bits) : illegal(bits);
    }
    return compressed(Opcode.JALR, add ? RA : 0, rd, 0, 0, bits);
  }

  /** Registers x8 to x15 in bits 9 to 7. */
  private static int highRegister(int bits) {
    return 8 + (bits >>> 7 & 7);
  }

  /** Registers x8 to x15 in bits 4 to 2. */
  private static int lowRegister(int bits) {
    return 8 + (bits >>> 2 & 7);
  }

  /** CI format: a signed six-bit immediate. */
  private static int immediate6(int bits) {
    return (bits << 19 >> 31 << 5) | (bits >>> 2 & 31);
  }

  private static int shiftAmount(int bits) {
    return (bits >>> 7 & 32) | (bits >>> 2 & 31);
  }

  /** c.addi16sp. */
  private static int stackAdjustment(int bits) {
    return (bits << 19 >> 31 << 9)
        | (bits >>> 2 & 0x10)
        | (bits << 1 & 0x40)
        | (bits << 4 & 0x180)
        | (bits << 3 & 0x20);
  }

  /** CL and CS formats of words. */
  private static int wordOffset(int bits) {
    return (bits >>> 7 & 0x38) | (bits >>> 4 & 4) | (bits << 1 & 0x40);
  }

  /** CL and CS formats of doublewords. */
  private static int doubleOffset(int bits) {
    return (bits >>> 7 & 0x38) | (bits << 1 & 0xc0);
  }

  /** CL and CS formats of quadwords. */
  private static int quadOffset(int bits) {
    return (bits >>> 7 & 0x30) | (bits >>> 2 & 0x100) | (bits << 1 & 0xc0);
  }

  private static int quadStackLoad(int bits) {
    return (bits >>> 7 & 0x20) | (bits >>> 2 & 0x10) | (bits << 4 & 0x3c0);
  }

  private static int quadStackStore(int bits) {
    return (bits >>> 7 & 0x30) | (bits >>> 1 & 0x3c0);
  }

  private static int wordStackLoad(int bits) {
    return (bits >>> 7 & 0x20) | (bits >>> 2 & 0x1c) | (bits << 4 & 0xc0);
  }

  private static int doubleStackLoad(int bits) {
    return (bits >>> 7 & 0x20) | (bits >>> 2 & 0x18) | (bits << 4 & 0x1c0);
  }

  private static int wordStackStore(int bits) {
    return (bits >>> 7 & 0x3c) | (bits >>> 1 & 0xc0);
  }

  private static int doubleStackStore(int bits) {
    return (bits >>> 7 & 0x38) | (bits >>> 1 & 0x1c0);
  }

  /** CB format: offset[8|4:3] in 12 to 10, offset[7:6|2:1|5] in 6 to 2. */
  private static int branchOffset(int bits) {
    return (bits << 19 >> 31 << 8)
        | (bits >>> 7 & 0x18)
        | (bits << 1 & 0xc0)
        | (bits >>> 2 & 6)
        | (bits << 3 & 0x20);
  }

  /** CJ format: offset[11|4|9:8|10|6|7|3:1|5] in 12 to 2. */
  private static int jumpOffset(int bits) {
    return (bits << 19 >> 31 << 11)
        | (bits >>> 7 & 0x10)
        | (bits >>> 1 & 0x300)
        | (bits << 2 & 0x400)
        | (bits >>> 1 & 0x40)
        | (bits << 1 & 0x80)
        | (bits >>> 2 & 0xe)
        | (bits << 3 & 0x20);
  }
}
