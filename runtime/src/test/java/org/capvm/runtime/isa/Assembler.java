package org.capvm.runtime.isa;

/** Encodes 32-bit instructions from their definitions, for tests. */
public final class Assembler {
  private Assembler() {}

  /** Register, floating-point and atomic formats. */
  public static int register(Opcode opcode, int rd, int rs1, int rs2) {
    return opcode.match() | rd << 7 | rs1 << 15 | rs2 << 20;
  }

  /** A rounded floating-point format. */
  public static int rounded(Opcode opcode, int rd, int rs1, int rs2, int rs3, int rm) {
    return register(opcode, rd, rs1, rs2) | rs3 << 27 | rm << 12;
  }

  /** Immediate and load formats, JALR and shifts. */
  public static int immediate(Opcode opcode, int rd, int rs1, int value) {
    return opcode.match() | rd << 7 | rs1 << 15 | (value & 0xfff) << 20;
  }

  /** CSR formats. */
  public static int csr(Opcode opcode, int rd, int csr, int rs1) {
    return immediate(opcode, rd, rs1, csr);
  }

  public static int store(Opcode opcode, int rs2, int base, int offset) {
    return opcode.match()
        | (offset & 0x1f) << 7
        | base << 15
        | rs2 << 20
        | (offset >> 5 & 0x7f) << 25;
  }

  public static int branch(Opcode opcode, int rs1, int rs2, int offset) {
    return opcode.match()
        | rs1 << 15
        | rs2 << 20
        | (offset >> 11 & 1) << 7
        | (offset >> 1 & 0xf) << 8
        | (offset >> 5 & 0x3f) << 25
        | (offset >> 12 & 1) << 31;
  }

  /** LUI and AUIPC, the value with its low 12 bits clear. */
  public static int upper(Opcode opcode, int rd, int value) {
    return opcode.match() | rd << 7 | value & 0xffff_f000;
  }

  public static int jump(int rd, int offset) {
    return Opcode.JAL.match()
        | rd << 7
        | offset & 0xf_f000
        | (offset >> 11 & 1) << 20
        | (offset >> 1 & 0x3ff) << 21
        | (offset >> 20 & 1) << 31;
  }
}
