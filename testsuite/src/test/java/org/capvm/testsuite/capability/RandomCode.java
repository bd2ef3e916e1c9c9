package org.capvm.testsuite.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Format;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;

/**
 * Random straight code with forward branches in a loop of a few iterations: every instruction of
 * RV64GC and Xcheri that does not jump, on few registers, so that results meet.
 */
final class RandomCode {
  /** Counts the iterations; nothing else writes it. */
  static final int COUNTER = 31;

  /** These hold capabilities and addresses at the start, and are rarely written. */
  static final int FIRST_POINTER = 8;

  static final int POINTERS = 6;

  private static final int REGISTERS = 16;
  private static final int RD = 7;
  private static final int FUNCT3 = 12;
  private static final int DYNAMIC = 7;
  private static final int RS1 = 15;
  private static final int RS2 = 20;
  private static final int BRANCH_TO_START = 0x00000063;
  private static final int BNE = 1 << 12;

  private static final List<Opcode> OPCODES =
      List.of(Opcode.values()).stream().filter(RandomCode::isUsable).toList();

  /** Chance of a misaligned offset, or of another use that probably traps: one in this. */
  private static final int MISUSE = 64;

  private final Random random;
  private final int rarity;
  private final List<Integer> words = new ArrayList<>();

  /**
   * @param rarity how much rarer than others instructions are that trap in ISAv8
   */
  RandomCode(Random random, int length, int rarity) {
    this.random = random;
    this.rarity = rarity;
    for (int n = 0; n < length; n++) {
      words.add(instruction(length - n));
    }
    words.add(0xfff0_0013 | COUNTER << RD | COUNTER << RS1); // addi counter, counter, -1
    words.add(branch(-4 * words.size()));
    words.add(0x0010_0073); // ebreak
  }

  List<Integer> words() {
    return words;
  }

  /** What traps in ISAv8 with most operands. */
  private static boolean trapsEasily(Opcode opcode) {
    return switch (opcode) {
      case CSEAL, CUNSEAL, CCSEAL, CBUILDCAP, CCOPYTYPE -> true;
      case CSETBOUNDS, CSETBOUNDSEXACT, CSETBOUNDSIMM, CFROMPTR, CTOPTR -> true;
      default -> false;
    };
  }

  private static boolean isUsable(Opcode opcode) {
    return switch (opcode.family()) {
      case JUMP, CAPABILITY_JUMP, SYSTEM, ILLEGAL, CSR -> false;
      case FENCE -> opcode == Opcode.FENCE;
      default -> true;
    };
  }

  /** The branch that closes the loop. */
  private static int branch(int offset) {
    return BRANCH_TO_START
        | BNE
        | COUNTER << RS1
        | (offset >> 12 & 1) << 31
        | (offset >> 5 & 0x3f) << 25
        | (offset >> 1 & 0xf) << 8
        | (offset >> 11 & 1) << 7;
  }

  /**
   * @param left how many instructions are still to come before the end of the loop
   */
  private int instruction(int left) {
    Opcode opcode = OPCODES.get(random.nextInt(OPCODES.size()));
    if (trapsEasily(opcode) && random.nextInt(rarity) != 0) {
      return instruction(left);
    }
    Format format = opcode.format();
    if (opcode.family() == Family.BRANCH) {
      int offset = 4 * (1 + random.nextInt(Math.min(left, 5)));
      return field(opcode.match(), RS1, source()) | source() << RS2 | offset << 7;
    }
    int word = opcode.match() | random.nextInt() & ~opcode.mask();
    if (format.has(Operand.RD) || format.has(Operand.CD)) {
      word = field(word, RD, destination());
    }
    if (format.has(Operand.RS2) || format.has(Operand.CS2)) {
      word = field(word, RS2, source());
    }
    if (format.has(Operand.ADDRESS)) {
      boolean store = format.has(Operand.RS2) || format.has(Operand.CS2);
      int offset = random.nextInt(16) * (random.nextInt(MISUSE) == 0 ? 1 : 16);
      if (store || format.has(Operand.FS2)) {
        word = word & 0x01ff_f07f | (offset & 31) << RD | offset >> 5 << 25;
      } else {
        word = word & 0xf_ffff | offset << RS2;
      }
    }
    if (format.isRounded()) {
      word = word & ~(7 << FUNCT3) | (random.nextBoolean() ? DYNAMIC << FUNCT3 : 0);
    }
    if (opcode == Opcode.CSPECIALRW) {
      // DDC is read, those behind it are exchanged.
      int special = random.nextInt(MISUSE) == 0 ? 0 : 1 + random.nextInt(5);
      int register = special == 1 ? 1 : special == 0 ? 0 : special + 2;
      word = field(word, RS2, register);
      return register == 1 ? field(word, RS1, 0) : field(word, RS1, source());
    }
    boolean pointer =
        format.has(Operand.ADDRESS)
            || format.has(Operand.BASE)
            || format.has(Operand.CAPABILITY_BASE)
            || format.has(Operand.CS1) && random.nextInt(4) != 0;
    if (pointer) {
      return field(word, RS1, FIRST_POINTER + random.nextInt(POINTERS));
    }
    return format.has(Operand.RS1) || format.has(Operand.CS1) ? field(word, RS1, source()) : word;
  }

  private static int field(int word, int at, int register) {
    return word & ~(31 << at) | register << at;
  }

  private int source() {
    return random.nextInt(REGISTERS);
  }

  /** Mostly none of those that memory is accessed with. */
  private int destination() {
    int n = random.nextInt(REGISTERS);
    boolean isPointer = n >= FIRST_POINTER && n < FIRST_POINTER + POINTERS;
    return isPointer && random.nextInt(16) != 0 ? random.nextInt(FIRST_POINTER) : n;
  }
}
