package org.capvm.runtime.interpreter;

/**
 * The numbers of the opcodes that {@link IntegerLoop} executes, as {@link PackedInstruction} holds
 * them: ordinals counted from 1. They are constants because a switch over an enum costs three loads
 * that depend on each other, for each instruction. A test holds them to {@link
 * org.capvm.runtime.isa.Opcode}.
 */
final class OpcodeNumber {
  /** Not an opcode: see {@link PackedInstruction#continuation}. */
  static final int CONTINUATION = 0;

  static final int LUI = 1;
  static final int AUIPC = 2;
  static final int JAL = 3;
  static final int JALR = 4;
  static final int BEQ = 5;
  static final int BNE = 6;
  static final int BLT = 7;
  static final int BGE = 8;
  static final int BLTU = 9;
  static final int BGEU = 10;
  static final int LB = 11;
  static final int LH = 12;
  static final int LW = 13;
  static final int LD = 14;
  static final int LBU = 15;
  static final int LHU = 16;
  static final int LWU = 17;
  static final int SB = 18;
  static final int SH = 19;
  static final int SW = 20;
  static final int SD = 21;
  static final int ADDI = 22;
  static final int SLTI = 23;
  static final int SLTIU = 24;
  static final int XORI = 25;
  static final int ORI = 26;
  static final int ANDI = 27;
  static final int SLLI = 28;
  static final int SRLI = 29;
  static final int SRAI = 30;
  static final int ADDIW = 31;
  static final int SLLIW = 32;
  static final int SRLIW = 33;
  static final int SRAIW = 34;
  static final int ADD = 35;
  static final int SUB = 36;
  static final int SLL = 37;
  static final int SLT = 38;
  static final int SLTU = 39;
  static final int XOR = 40;
  static final int SRL = 41;
  static final int SRA = 42;
  static final int OR = 43;
  static final int AND = 44;
  static final int ADDW = 45;
  static final int SUBW = 46;
  static final int SLLW = 47;
  static final int SRLW = 48;
  static final int SRAW = 49;
  static final int MUL = 50;
  static final int MULH = 51;
  static final int MULHSU = 52;
  static final int MULHU = 53;
  static final int DIV = 54;
  static final int DIVU = 55;
  static final int REM = 56;
  static final int REMU = 57;
  static final int MULW = 58;
  static final int DIVW = 59;
  static final int DIVUW = 60;
  static final int REMW = 61;
  static final int REMUW = 62;
  static final int FLW = 95;
  static final int FSW = 96;
  static final int FLD = 97;
  static final int FSD = 98;

  private OpcodeNumber() {}
}
