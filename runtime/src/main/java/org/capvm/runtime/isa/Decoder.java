package org.capvm.runtime.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * Decodes instructions of RV64GC, and of Xcheri where asked to. Reserved encodings and other
 * extensions give {@link Opcode#ILLEGAL}; HINTs are legal and decode to what they expand to.
 */
public final class Decoder {
  private static final int ROUNDING_MODE_RESERVED_FIRST = 5;
  private static final int ROUNDING_MODE_RESERVED_LAST = 6;

  /** The definitions of 32-bit instructions by major opcode and funct3, see {@link #bucket}. */
  private static final Opcode[][] BUCKETS = buckets(false);

  /** {@link #BUCKETS} with the instructions of Xcheri. */
  private static final Opcode[][] XCHERI_BUCKETS = buckets(true);

  private Decoder() {}

  /**
   * Length in bytes of the instruction whose first half-word this is: 2, or 4. Longer formats are
   * reserved, and are illegal instructions of 4 bytes.
   */
  public static int length(int low16) {
    return (low16 & 3) == 3 ? 4 : 2;
  }

  /**
   * Decodes an instruction.
   *
   * @param bits the fetched bits; the upper half is ignored when the lower half is a compressed
   *     instruction
   */
  public static Instruction decode(int bits) {
    return length(bits) == 2
        ? CompressedDecoder.decode(bits & 0xffff)
        : decode32(bits, BUCKETS[bucket(bits)]);
  }

  /**
   * Decodes an instruction of RV64GC with Xcheri.
   *
   * @param capabilityMode whether PCC says that addresses are capabilities: compressed instructions
   *     then expand differently, others do not
   */
  public static Instruction decodeXcheri(int bits, boolean capabilityMode) {
    if (length(bits) == 4) {
      return decode32(bits, XCHERI_BUCKETS[bucket(bits)]);
    }
    return capabilityMode
        ? CompressedDecoder.decodeCapabilityMode(bits & 0xffff)
        : CompressedDecoder.decode(bits & 0xffff);
  }

  private static Instruction decode32(int bits, Opcode[] candidates) {
    for (Opcode opcode : candidates) {
      if ((bits & opcode.mask()) == opcode.match()) {
        return fields(opcode, bits);
      }
    }
    return Instruction.illegal(4, bits);
  }

  private static Instruction fields(Opcode opcode, int bits) {
    Format format = opcode.format();
    int rd = bits >>> 7 & 31;
    int rs1 = bits >>> 15 & 31;
    int rs2 = bits >>> 20 & 31;
    int rs3 = 0;
    int roundingMode = 0;
    boolean aq = false;
    boolean rl = false;
    switch (format) {
      case NONE, FENCE -> rd = rs1 = rs2 = 0;
      case UPPER, JUMP -> rs1 = rs2 = 0;
      case BRANCH, STORE, FLOAT_STORE -> rd = 0;
      case STORE_DDC,
          STORE_CAPABILITY,
          STORE_CAPABILITY_DDC,
          STORE_CAPABILITY_CAPABILITY,
          CAPABILITY_STORE,
          CAPABILITY_PAIR ->
          rd = 0;
      case REGISTER,
          FLOAT_BINARY,
          FLOAT_COMPARE,
          CAPABILITIES,
          CAPABILITIES_TO_INTEGER,
          CAPABILITY_AND_INTEGER,
          CAPABILITY_SPECIAL -> {}
      case LOAD_RESERVED, ATOMIC, CAPABILITY_LOAD_RESERVED, CAPABILITY_ATOMIC -> {
        aq = (bits & 1 << 26) != 0;
        rl = (bits & 1 << 25) != 0;
      }
      case FLOAT_FUSED -> rs3 = bits >>> 27;
      case FLOAT_BINARY_ROUNDED -> {}
      default -> rs2 = 0;
    }
    if (format.isRounded()) {
      roundingMode = bits >>> 12 & 7;
      if (roundingMode >= ROUNDING_MODE_RESERVED_FIRST
          && roundingMode <= ROUNDING_MODE_RESERVED_LAST) {
        return Instruction.illegal(4, bits);
      }
    }
    return new Instruction(
        opcode, 4, rd, rs1, rs2, rs3, format.immediate(bits), roundingMode, aq, rl, bits);
  }

  private static int bucket(int bits) {
    return (bits >>> 2 & 31) << 3 | bits >>> 12 & 7;
  }

  private static Opcode[][] buckets(boolean xcheri) {
    List<List<Opcode>> lists = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      lists.add(new ArrayList<>());
    }
    for (Opcode opcode : Opcode.values()) {
      if (opcode == Opcode.ILLEGAL || opcode.family().isXcheri() && !xcheri) {
        continue;
      }
      for (int funct3 = 0; funct3 < 8; funct3++) {
        if ((funct3 << 12 & opcode.mask()) == (opcode.match() & 0x7000)) {
          lists.get(bucket(opcode.match() & ~0x7000 | funct3 << 12)).add(opcode);
        }
      }
    }
    return lists.stream().map(list -> list.toArray(new Opcode[0])).toArray(Opcode[][]::new);
  }
}
