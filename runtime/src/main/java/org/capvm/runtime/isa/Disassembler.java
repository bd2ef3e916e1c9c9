package org.capvm.runtime.isa;

/**
 * Assembly text of instructions, as {@code objdump -d -M no-aliases} prints it: the instruction's
 * own name, {@code c.*} names for compressed ones, targets as bare hexadecimal addresses.
 */
public final class Disassembler {
  private static final int FENCE_TSO = 0x833;
  private static final String[] ROUNDING_MODES = {
    "rne", "rtz", "rdn", "rup", "rmm", "unknown", "unknown", "dyn"
  };

  private Disassembler() {}

  /**
   * The text of an instruction: the mnemonic, a space, and the operands separated by commas.
   *
   * @param address where the instruction lies, for targets
   */
  public static String text(Instruction instruction, long address) {
    if (instruction.opcode() == Opcode.ILLEGAL) {
      return ".%dbyte 0x%x".formatted(instruction.length(), instruction.bits());
    }
    if (instruction.length() == 2) {
      return CompressedDisassembler.text(instruction, address);
    }
    StringBuilder text = new StringBuilder(mnemonic(instruction));
    if (isTso(instruction)) {
      return text.toString();
    }
    String separator = " ";
    for (Operand operand : instruction.opcode().format().operands()) {
      String operandText = operand(instruction, operand, address);
      if (!operandText.isEmpty()) {
        text.append(separator).append(operandText);
        separator = ",";
      }
    }
    return text.toString();
  }

  private static boolean isTso(Instruction instruction) {
    return instruction.opcode() == Opcode.FENCE && instruction.immediate() == FENCE_TSO;
  }

  private static String mnemonic(Instruction i) {
    if (isTso(i)) {
      return "fence.tso";
    }
    String ordering = i.aq() ? i.rl() ? ".aqrl" : ".aq" : i.rl() ? ".rl" : "";
    return i.opcode().mnemonic() + ordering;
  }

  private static String operand(Instruction i, Operand operand, long address) {
    return switch (operand) {
      case RD -> RegisterNames.integer(i.rd());
      case RS1 -> RegisterNames.integer(i.rs1());
      case RS2 -> RegisterNames.integer(i.rs2());
      case FD -> RegisterNames.floating(i.rd());
      case FS1 -> RegisterNames.floating(i.rs1());
      case FS2 -> RegisterNames.floating(i.rs2());
      case FS3 -> RegisterNames.floating(i.rs3());
      case IMMEDIATE -> Long.toString(i.immediate());
      case SHIFT_AMOUNT -> hexadecimal(i.immediate());
      case UPPER_IMMEDIATE -> upperImmediate(i);
      case TARGET -> target(i, address);
      case ADDRESS -> address(i);
      case BASE -> "(" + RegisterNames.integer(i.rs1()) + ")";
      case CSR -> RegisterNames.csr((int) i.immediate());
      case CSR_IMMEDIATE -> Integer.toString(i.rs1());
      case PREDECESSOR -> fenceSet((int) i.immediate() >>> 4);
      case SUCCESSOR -> fenceSet((int) i.immediate());
      case ROUNDING_MODE -> roundingMode(i);
      case CD -> RegisterNames.capability(i.rd());
      case CS1 -> RegisterNames.capability(i.rs1());
      case CS2 -> RegisterNames.capability(i.rs2());
      case CAPABILITY_BASE -> "(" + RegisterNames.capability(i.rs1()) + ")";
      case SPECIAL -> RegisterNames.special(i.rs2());
    };
  }

  static String hexadecimal(long value) {
    return "0x" + Long.toHexString(value);
  }

  static String upperImmediate(Instruction i) {
    return hexadecimal(i.immediate() >>> 12 & 0xf_ffff);
  }

  static String target(Instruction i, long address) {
    return Long.toHexString(address + i.immediate());
  }

  static String address(Instruction i) {
    return i.immediate() + "(" + RegisterNames.integer(i.rs1()) + ")";
  }

  private static String fenceSet(int bits) {
    StringBuilder set = new StringBuilder();
    for (int i = 3; i >= 0; i--) {
      if ((bits & 1 << i) != 0) {
        set.append("wroi".charAt(i));
      }
    }
    return set.isEmpty() ? "unknown" : set.toString();
  }

  /**
   * The dynamic mode is the default and is not printed. Conversions to double that are always exact
   * have mode 0 by default instead.
   */
  private static String roundingMode(Instruction i) {
    int unprinted =
        switch (i.opcode()) {
          case FCVT_D_W, FCVT_D_WU, FCVT_D_S -> 0;
          default -> 7;
        };
    return i.roundingMode() == unprinted ? "" : ROUNDING_MODES[i.roundingMode()];
  }
}
