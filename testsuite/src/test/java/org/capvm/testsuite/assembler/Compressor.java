package org.capvm.testsuite.assembler;

import java.util.OptionalInt;

/**
 * Finds the 16-bit form of an instruction: the C extension, unprivileged specification chapter "RVC
 * instruction listings", RV64 columns. Forms with an offset to a label are left to the long
 * encoding.
 */
public final class Compressor {
  private static final int SP = 2;

  private Compressor() {}

  /** The 16-bit form, or nothing when there is none. */
  public static OptionalInt compress(Code c) {
    int bits =
        switch (c.opcode()) {
          case ADDI -> addi(c);
          case ADDIW -> c.rd() == c.rs1() && c.rd() != 0 ? inRange6(c, 0x2001) : 0;
          case LUI -> lui(c);
          case SLLI -> c.rd() == c.rs1() && c.rd() != 0 ? shift(c, 0x0002 | c.rd() << 7) : 0;
          case SRLI -> inPlace(c) ? shift(c, 0x8001 | low(c.rd()) << 7) : 0;
          case SRAI -> inPlace(c) ? shift(c, 0x8401 | low(c.rd()) << 7) : 0;
          case ANDI ->
              inPlace(c) && fits6(c.immediate()) ? immediate6(c, 0x8801 | low(c.rd()) << 7) : 0;
          case ADD -> add(c);
          case SUB -> arithmetic(c, 0x8c01);
          case XOR -> arithmetic(c, 0x8c21);
          case OR -> arithmetic(c, 0x8c41);
          case AND -> arithmetic(c, 0x8c61);
          case SUBW -> arithmetic(c, 0x9c01);
          case ADDW -> arithmetic(c, 0x9c21);
          case JALR -> jalr(c);
          case LW -> load(c, 0x4000, 0x4002, 4);
          case LD -> load(c, 0x6000, 0x6002, 8);
          case FLD -> load(c, 0x2000, 0x2002, 8);
          case SW -> store(c, 0xc000, 0xc002, 4);
          case SD -> store(c, 0xe000, 0xe002, 8);
          case FSD -> store(c, 0xa000, 0xa002, 8);
          case EBREAK -> 0x9002;
          default -> 0;
        };
    return bits == 0 ? OptionalInt.empty() : OptionalInt.of(bits);
  }

  private static int addi(Code c) {
    long i = c.immediate();
    if (c.rd() != 0 && c.rd() == c.rs1() && i != 0 && fits6(i)) {
      return immediate6(c, 0x0001 | c.rd() << 7);
    }
    if (c.rd() != 0 && c.rs1() == 0 && fits6(i)) {
      return immediate6(c, 0x4001 | c.rd() << 7);
    }
    if (c.rd() == SP && c.rs1() == SP && i != 0 && i % 16 == 0 && i >= -512 && i < 512) {
      return 0x6101
          | bit(i, 9, 12)
          | bit(i, 4, 6)
          | bit(i, 6, 5)
          | bit(i, 8, 4)
          | bit(i, 7, 3)
          | bit(i, 5, 2);
    }
    if (isLow(c.rd()) && c.rs1() == SP && i > 0 && i < 1024 && i % 4 == 0) {
      return (int) (i >> 4 & 3) << 11
          | (int) (i >> 6 & 15) << 7
          | bit(i, 2, 6)
          | bit(i, 3, 5)
          | low(c.rd()) << 2;
    }
    return 0;
  }

  private static int lui(Code c) {
    long pages = c.immediate() >> 12;
    if (c.rd() == 0 || c.rd() == SP || pages == 0 || !fits6(pages)) {
      return 0;
    }
    return immediate6(c.withImmediate(pages), 0x6001 | c.rd() << 7);
  }

  private static int add(Code c) {
    if (c.rd() == 0 || c.rs2() == 0) {
      return 0;
    }
    if (c.rs1() == 0) {
      return 0x8002 | c.rd() << 7 | c.rs2() << 2;
    }
    return c.rd() == c.rs1() ? 0x9002 | c.rd() << 7 | c.rs2() << 2 : 0;
  }

  private static int arithmetic(Code c, int form) {
    return inPlace(c) && isLow(c.rs2()) ? form | low(c.rd()) << 7 | low(c.rs2()) << 2 : 0;
  }

  private static int jalr(Code c) {
    if (c.immediate() != 0 || c.rs1() == 0 || c.rd() > 1) {
      return 0;
    }
    return (c.rd() == 1 ? 0x9002 : 0x8002) | c.rs1() << 7;
  }

  private static int load(Code c, int form, int stackForm, int size) {
    boolean integer = form != 0x2000;
    long i = c.immediate();
    if (i < 0 || i % size != 0) {
      return 0;
    }
    if (c.rs1() == SP && i < 64L * size && !(integer && c.rd() == 0)) {
      int offset =
          size == 4
              ? bit(i, 5, 12) | (int) (i >> 2 & 7) << 4 | (int) (i >> 6 & 3) << 2
              : bit(i, 5, 12) | (int) (i >> 3 & 3) << 5 | (int) (i >> 6 & 7) << 2;
      return stackForm | c.rd() << 7 | offset;
    }
    if (isLow(c.rs1()) && isLow(c.rd()) && i < 32L * size) {
      return form | low(c.rs1()) << 7 | low(c.rd()) << 2 | offset(i, size);
    }
    return 0;
  }

  private static int store(Code c, int form, int stackForm, int size) {
    long i = c.immediate();
    if (i < 0 || i % size != 0) {
      return 0;
    }
    if (c.rs1() == SP && i < 64L * size) {
      int offset =
          size == 4
              ? (int) (i >> 2 & 15) << 9 | (int) (i >> 6 & 3) << 7
              : (int) (i >> 3 & 7) << 10 | (int) (i >> 6 & 7) << 7;
      return stackForm | c.rs2() << 2 | offset;
    }
    if (isLow(c.rs1()) && isLow(c.rs2()) && i < 32L * size) {
      return form | low(c.rs1()) << 7 | low(c.rs2()) << 2 | offset(i, size);
    }
    return 0;
  }

  private static int offset(long i, int size) {
    int middle = (int) (i >> 3 & 7) << 10;
    return size == 4 ? middle | bit(i, 2, 6) | bit(i, 6, 5) : middle | (int) (i >> 6 & 3) << 5;
  }

  private static int shift(Code c, int form) {
    return c.immediate() == 0 ? 0 : immediate6(c, form);
  }

  private static int inRange6(Code c, int form) {
    return fits6(c.immediate()) ? immediate6(c, form | c.rd() << 7) : 0;
  }

  private static int immediate6(Code c, int form) {
    return form | bit(c.immediate(), 5, 12) | (int) (c.immediate() & 31) << 2;
  }

  private static int bit(long value, int from, int to) {
    return (int) (value >> from & 1) << to;
  }

  private static boolean fits6(long i) {
    return i >= -32 && i < 32;
  }

  /** Whether the instruction overwrites its first source, one of x8 to x15. */
  private static boolean inPlace(Code c) {
    return c.rd() == c.rs1() && isLow(c.rd());
  }

  private static boolean isLow(int register) {
    return register >= 8 && register < 16;
  }

  private static int low(int register) {
    return register - 8;
  }
}
