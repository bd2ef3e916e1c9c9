package org.capvm.runtime.isa;

import static org.capvm.runtime.isa.RegisterNames.floating;
import static org.capvm.runtime.isa.RegisterNames.integer;

/** Assembly text of 16-bit instructions, from their expansion and the encoding they came from. */
final class CompressedDisassembler {
  private CompressedDisassembler() {}

  static String text(Instruction i, long address) {
    boolean stack = (i.bits() & 3) == 2;
    String suffix = stack ? "sp " : " ";
    return switch (i.opcode()) {
      case LW, LD -> name(i) + suffix + integer(i.rd()) + "," + Disassembler.address(i);
      case FLD -> name(i) + suffix + floating(i.rd()) + "," + Disassembler.address(i);
      case SW, SD -> name(i) + suffix + integer(i.rs2()) + "," + Disassembler.address(i);
      case FSD -> name(i) + suffix + floating(i.rs2()) + "," + Disassembler.address(i);
      case ADDI -> addImmediate(i);
      case ADDIW, ANDI -> name(i) + " " + integer(i.rd()) + "," + i.immediate();
      case LUI -> name(i) + " " + integer(i.rd()) + "," + Disassembler.upperImmediate(i);
      case SLLI, SRLI, SRAI -> shift(i);
      case JAL -> "c.j " + Disassembler.target(i, address);
      case JALR -> (i.rd() == 0 ? "c.jr " : "c.jalr ") + integer(i.rs1());
      case BEQ, BNE -> name(i) + "z " + integer(i.rs1()) + "," + Disassembler.target(i, address);
      case EBREAK -> name(i);
      case ADD ->
          ((i.bits() & 0x1000) == 0 ? "c.mv " : "c.add ")
              + integer(i.rd())
              + ","
              + integer(i.rs2());
      default -> name(i) + " " + integer(i.rd()) + "," + integer(i.rs2());
    };
  }

  private static String name(Instruction i) {
    return "c." + i.opcode().mnemonic();
  }

  /** Four encodings expand to ADDI. */
  private static String addImmediate(Instruction i) {
    int quadrant = i.bits() & 3;
    if (quadrant == 0) {
      return "c.addi4spn " + integer(i.rd()) + ",sp," + i.immediate();
    }
    String mnemonic =
        switch (i.bits() >>> 13) {
          case 0 -> "c.addi ";
          case 2 -> "c.li ";
          default -> "c.addi16sp ";
        };
    return mnemonic + integer(i.rd()) + "," + i.immediate();
  }

  /** A shift amount of 0 is a HINT here, and meant 64 in RV128; hence its name. */
  private static String shift(Instruction i) {
    return i.immediate() == 0
        ? name(i) + "64 " + integer(i.rd())
        : name(i) + " " + integer(i.rd()) + "," + Disassembler.hexadecimal(i.immediate());
  }
}
