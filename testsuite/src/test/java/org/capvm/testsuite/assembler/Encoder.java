package org.capvm.testsuite.assembler;

/** Encodes instructions in 32 bits: the opcode's identifying bits and the fields of its format. */
public final class Encoder {
  private Encoder() {}

  /**
   * Encodes an instruction.
   *
   * @throws IllegalArgumentException when the immediate does not fit
   */
  public static int encode(Code code) {
    int bits = code.opcode().match();
    int rd = code.rd() << 7;
    int rs1 = code.rs1() << 15;
    int rs2 = code.rs2() << 20;
    long i = code.immediate();
    return switch (code.opcode().format()) {
      case NONE -> bits;
      case REGISTER, FLOAT_BINARY, FLOAT_COMPARE -> bits | rd | rs1 | rs2;
      case IMMEDIATE, LOAD, FLOAT_LOAD -> bits | rd | rs1 | (int) signed(i, 12) << 20;
      case SHIFT -> bits | rd | rs1 | (int) unsigned(i, 6) << 20;
      case UPPER -> bits | rd | upper(i);
      case JUMP -> bits | rd | jump(signed(even(i), 21));
      case BRANCH -> bits | rs1 | rs2 | branch(signed(even(i), 13));
      case STORE, FLOAT_STORE -> bits | rs1 | rs2 | store(signed(i, 12));
      case FENCE -> bits | (int) unsigned(i, 12) << 20;
      case CSR, CSR_IMMEDIATE -> bits | rd | rs1 | (int) unsigned(i, 12) << 20;
      case LOAD_RESERVED -> bits | rd | rs1 | (code.roundingMode() & 3) << 25;
      case ATOMIC -> bits | rd | rs1 | rs2 | (code.roundingMode() & 3) << 25;
      case FLOAT_FUSED -> bits | rd | rs1 | rs2 | code.rs3() << 27 | mode(code);
      case FLOAT_BINARY_ROUNDED -> bits | rd | rs1 | rs2 | mode(code);
      case FLOAT_UNARY_ROUNDED, FLOAT_TO_INTEGER_ROUNDED, INTEGER_TO_FLOAT_ROUNDED ->
          bits | rd | rs1 | mode(code);
      case FLOAT_TO_INTEGER, INTEGER_TO_FLOAT -> bits | rd | rs1;
      default -> xcheri(code, bits, rd, rs1, rs2);
    };
  }

  private static int xcheri(Code code, int bits, int rd, int rs1, int rs2) {
    long i = code.immediate();
    return switch (code.opcode().format()) {
      case CAPABILITY_TO_INTEGER, INTEGER_TO_INTEGER, CAPABILITY, CAPABILITY_TAGS ->
          bits | rd | rs1;
      case LOAD_DDC, LOAD_CAPABILITY, LOAD_CAPABILITY_DDC, LOAD_CAPABILITY_CAPABILITY ->
          bits | rd | rs1;
      case CAPABILITIES_TO_INTEGER, CAPABILITIES, CAPABILITY_AND_INTEGER, CAPABILITY_SPECIAL ->
          bits | rd | rs1 | rs2;
      case STORE_DDC, STORE_CAPABILITY, STORE_CAPABILITY_DDC, STORE_CAPABILITY_CAPABILITY ->
          bits | rs1 | rs2;
      case CAPABILITY_PAIR -> bits | rs1 | rs2;
      case CAPABILITY_IMMEDIATE, CAPABILITY_LOAD -> bits | rd | rs1 | (int) signed(i, 12) << 20;
      case CAPABILITY_UNSIGNED -> bits | rd | rs1 | (int) unsigned(i, 12) << 20;
      case CAPABILITY_STORE -> bits | rs1 | rs2 | store(signed(i, 12));
      case CAPABILITY_LOAD_RESERVED -> bits | rd | rs1 | (code.roundingMode() & 3) << 25;
      case CAPABILITY_ATOMIC -> bits | rd | rs1 | rs2 | (code.roundingMode() & 3) << 25;
      default -> throw new IllegalArgumentException(code.opcode().toString());
    };
  }

  private static int mode(Code code) {
    return code.roundingMode() << 12;
  }

  private static int upper(long value) {
    if ((int) value != value || (value & 0xfff) != 0) {
      throw new IllegalArgumentException("not an upper immediate: " + value);
    }
    return (int) value;
  }

  private static int store(long i) {
    return (int) (i >> 5 & 0x7f) << 25 | (int) (i & 0x1f) << 7;
  }

  private static int branch(long i) {
    return (int) (i >> 12 & 1) << 31
        | (int) (i >> 5 & 0x3f) << 25
        | (int) (i >> 1 & 0xf) << 8
        | (int) (i >> 11 & 1) << 7;
  }

  private static int jump(long i) {
    return (int) (i >> 20 & 1) << 31
        | (int) (i >> 1 & 0x3ff) << 21
        | (int) (i >> 11 & 1) << 20
        | (int) (i >> 12 & 0xff) << 12;
  }

  private static long even(long value) {
    if ((value & 1) != 0) {
      throw new IllegalArgumentException("odd offset " + value);
    }
    return value;
  }

  private static long signed(long value, int width) {
    if (value << (64 - width) >> (64 - width) != value) {
      throw new IllegalArgumentException(value + " does not fit in " + width + " bits");
    }
    return value;
  }

  private static long unsigned(long value, int width) {
    if (value >>> width != 0) {
      throw new IllegalArgumentException(value + " does not fit in " + width + " bits");
    }
    return value;
  }
}
