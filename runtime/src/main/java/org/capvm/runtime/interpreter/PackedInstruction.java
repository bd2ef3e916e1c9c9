package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * A decoded instruction in one long, so that a page of them is a plain array. From the low end:
 * opcode (8 bits, 0 where nothing was decoded), half-words of length (2), rd, rs1, rs2 (5 each),
 * and from bit 32 the immediate. Instructions with a rounding mode have no immediate, and keep the
 * mode (3 bits) and rs3 (5 bits) there.
 */
@SuppressWarnings("EnumOrdinal") // the number is never kept beyond the process
final class PackedInstruction {
  /** What a place holds that was not decoded yet; its opcode reads as {@link Opcode#ILLEGAL}. */
  static final long UNDECODED = 0;

  private static final int OPCODE_MASK = 0xff;
  private static final Opcode[] OPCODES = opcodes();

  private PackedInstruction() {}

  static long pack(Instruction i) {
    Opcode opcode = i.opcode();
    long upper =
        opcode == Opcode.ILLEGAL
            ? i.bits()
            : opcode.format().isRounded() ? i.rs3() << 3 | i.roundingMode() : i.immediate();
    int rd = i.rd() == 0 && opcode.format().writesRd() ? Hart.SINK : i.rd();
    return upper << 32
        | (long) i.rs2() << 21
        | i.rs1() << 16
        | rd << 10
        | i.length() >> 1 << 8
        | opcode.ordinal() + 1;
  }

  private static Opcode[] opcodes() {
    Opcode[] opcodes = new Opcode[OPCODE_MASK + 1];
    Arrays.fill(opcodes, Opcode.ILLEGAL);
    for (Opcode opcode : Opcode.values()) {
      opcodes[opcode.ordinal() + 1] = opcode;
    }
    return opcodes;
  }

  static Opcode opcode(long packed) {
    return OPCODES[(int) packed & OPCODE_MASK];
  }

  /** Length in half-words, 1 or 2. */
  static int halfWords(long packed) {
    return (int) packed >>> 8 & 3;
  }

  /** Destination register; {@link Hart#SINK} in place of x0. */
  static int rd(long packed) {
    return (int) packed >>> 10 & 63;
  }

  static int rs1(long packed) {
    return (int) packed >>> 16 & 31;
  }

  static int rs2(long packed) {
    return (int) packed >>> 21 & 31;
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
