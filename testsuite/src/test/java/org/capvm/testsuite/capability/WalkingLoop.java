package org.capvm.testsuite.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Opcode;

/**
 * A random loop that walks through memory with a few pointers, each moved by a constant in every
 * iteration, or by something else now and then.
 */
final class WalkingLoop {
  /** Counts the iterations; nothing else writes it. */
  static final int COUNTER = 31;

  /** The first of {@link #POINTERS} registers with places in memory. */
  static final int FIRST_POINTER = 8;

  static final int POINTERS = 3;

  /** An index that counts up from what it is at the start. */
  static final int INDEX = 12;

  private static final int TEMPORARY = 15;
  private static final int TEMPORARIES = 3;
  private static final int[] STRIDES = {1, 1, 2, 4, 8, 8, 16, -1, -8, 24, 0, 3, 160, -256};
  private static final int EBREAK = 0x0010_0073;

  private static final Opcode[] LOADS = {
    Opcode.LB,
    Opcode.LBU,
    Opcode.LH,
    Opcode.LHU,
    Opcode.LW,
    Opcode.LWU,
    Opcode.LD,
    Opcode.FLW,
    Opcode.FLD
  };
  private static final Opcode[] STORES = {
    Opcode.SB, Opcode.SH, Opcode.SW, Opcode.SD, Opcode.FSW, Opcode.FSD
  };
  private static final Opcode[] EXPLICIT_LOADS = {
    Opcode.LBU_CAP, Opcode.LH_CAP, Opcode.LW_CAP, Opcode.LD_CAP, Opcode.LD_DDC, Opcode.LB_DDC
  };
  private static final Opcode[] EXPLICIT_STORES = {
    Opcode.SB_CAP, Opcode.SW_CAP, Opcode.SD_CAP, Opcode.SH_DDC, Opcode.SD_DDC
  };

  private final Random random;
  private final boolean capabilityMode;
  private final List<Integer> words = new ArrayList<>();

  WalkingLoop(Random random, boolean capabilityMode) {
    this.random = random;
    this.capabilityMode = capabilityMode;
    int body = 1 + random.nextInt(6);
    for (int n = 0; n < body; n++) {
      instruction();
    }
    for (int p = FIRST_POINTER; p < FIRST_POINTER + POINTERS; p++) {
      if (random.nextInt(8) != 0) {
        move(p, p, STRIDES[random.nextInt(STRIDES.length)]);
      }
      if (random.nextInt(6) == 0) {
        instruction();
      }
    }
    i(Opcode.ADDI, INDEX, INDEX, STRIDES[random.nextInt(STRIDES.length)]);
    i(Opcode.ADDI, COUNTER, COUNTER, -1);
    branch(Opcode.BNE, COUNTER, 0, -4 * words.size());
    words.add(EBREAK);
  }

  List<Integer> words() {
    return words;
  }

  private void instruction() {
    int p = FIRST_POINTER + random.nextInt(POINTERS);
    int t = TEMPORARY + random.nextInt(TEMPORARIES);
    int offset = random.nextInt(3) == 0 ? random.nextInt(64) - 32 : 0;
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> i(LOADS[random.nextInt(LOADS.length)], t, p, offset);
      case 4, 5, 6, 7 -> s(STORES[random.nextInt(STORES.length)], t, p, offset);
      case 8 -> r(EXPLICIT_LOADS[random.nextInt(EXPLICIT_LOADS.length)], t, p, -1);
      case 9 -> explicitStore(EXPLICIT_STORES[random.nextInt(EXPLICIT_STORES.length)], t, p);
      case 10 -> indexed(t, p);
      case 11 -> {
        // A way round what follows, which may be a move or an access.
        branch(Opcode.BLT, t, TEMPORARY, 8);
        if (random.nextInt(4) == 0) {
          move(p, p, 8);
        } else {
          r(Opcode.XOR, t, t, COUNTER);
        }
      }
      case 12 -> move(t, p, offset);
      case 13 -> r(Opcode.CMOVE, t, p, -1);
      case 14 -> leaveSometimes(t);
      default -> r(Opcode.ADD, t, t, TEMPORARY);
    }
  }

  /** A load at a pointer plus an index, or at a copy of the pointer with another address. */
  private void indexed(int t, int p) {
    if (random.nextInt(3) == 0) {
      r(Opcode.CGETADDR, t, p, -1);
      r(Opcode.CSETADDR, t, p, t);
    } else {
      r(capabilityMode ? Opcode.CINCOFFSET : Opcode.ADD, t, p, INDEX);
    }
    i(LOADS[random.nextInt(7)], t, t, 0);
  }

  /** A branch out of the loop. */
  private void leaveSometimes(int t) {
    branch(Opcode.BEQ, t, COUNTER, 4 * 64);
  }

  private void move(int to, int from, int by) {
    boolean asInteger = !capabilityMode && random.nextInt(4) != 0;
    i(asInteger ? Opcode.ADDI : Opcode.CINCOFFSETIMM, to, from, by);
  }

  private void explicitStore(Opcode opcode, int value, int pointer) {
    words.add(opcode.match() | value << 20 | pointer << 15);
  }

  /** With {@code rs2 < 0} for those that have none. */
  private void r(Opcode opcode, int rd, int rs1, int rs2) {
    words.add(opcode.match() | rd << 7 | rs1 << 15 | Math.max(rs2, 0) << 20);
  }

  private void i(Opcode opcode, int rd, int rs1, int immediate) {
    words.add(opcode.match() | rd << 7 | rs1 << 15 | immediate << 20);
  }

  private void s(Opcode opcode, int value, int base, int immediate) {
    words.add(
        opcode.match()
            | (immediate & 31) << 7
            | base << 15
            | value << 20
            | (immediate >> 5 & 0x7f) << 25);
  }

  private void branch(Opcode opcode, int a, int b, int offset) {
    words.add(
        opcode.match()
            | a << 15
            | b << 20
            | (offset >> 12 & 1) << 31
            | (offset >> 5 & 0x3f) << 25
            | (offset >> 1 & 0xf) << 8
            | (offset >> 11 & 1) << 7);
  }
}
