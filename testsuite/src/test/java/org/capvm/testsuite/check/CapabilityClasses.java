package org.capvm.testsuite.check;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;

/**
 * Translations of code that has every instruction, hybrid and pure-capability, of both dialects.
 */
final class CapabilityClasses {
  private static final long START = 0x40_0000;
  private static final int INSTRUCTIONS_IN_A_UNIT = 12;
  private static final int ADDI = 0x0015_0513;
  private static final int EBREAK = 0x0010_0073;

  private CapabilityClasses() {}

  static List<byte[]> all() {
    List<byte[]> all = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      for (boolean mode : new boolean[] {false, true}) {
        all.add(translate(dialect, mode));
      }
    }
    return all;
  }

  /** Loops that copy eight bytes in each iteration, and load from somewhere else, too. */
  static List<byte[]> walks() {
    List<byte[]> all = new ArrayList<>();
    for (boolean mode : new boolean[] {false, true}) {
      int move = (mode ? Opcode.CINCOFFSETIMM : Opcode.ADDI).match() | 8 << 20;
      List<Integer> words =
          List.of(
              Opcode.LD.match() | 13 << 7 | 10 << 15,
              Opcode.SD.match() | 13 << 20 | 11 << 15,
              Opcode.XOR.match() | 14 << 7 | 12 << 15 | 13 << 20,
              Opcode.AND.match() | 15 << 7 | 13 << 15 | 14 << 20,
              Opcode.LBU.match() | 15 << 7 | 15 << 15,
              move | 10 << 7 | 10 << 15,
              move | 11 << 7 | 11 << 15,
              Opcode.BNE.match() | 13 << 15 | 0xfe00_0280, // by -28
              EBREAK);
      all.add(translate(words, List.of(START), Dialect.XCHERI_V9, mode, "walks"));
    }
    return all;
  }

  private static byte[] translate(Dialect dialect, boolean mode) {
    List<Integer> words = new ArrayList<>();
    List<Long> entries = new ArrayList<>();
    int inUnit = 0;
    for (Opcode opcode : Opcode.values()) {
      if (opcode == Opcode.EBREAK || opcode.family() == Family.ILLEGAL) {
        continue;
      }
      if (inUnit++ % INSTRUCTIONS_IN_A_UNIT == 0) {
        words.add(EBREAK);
        entries.add(START + 4L * words.size());
        words.add(ADDI);
      }
      words.add(word(opcode));
      if (opcode.family() == Family.JUMP || opcode.family() == Family.CAPABILITY_JUMP) {
        inUnit = 0;
      }
    }
    words.add(EBREAK);
    return translate(words, entries, dialect, mode, "mutations");
  }

  private static byte[] translate(
      List<Integer> words, List<Long> entries, Dialect dialect, boolean mode, String name) {
    List<ReachableCode> codes = new ArrayList<>();
    for (long entry : entries) {
      CapabilityTranslator.find(
              address -> {
                int word = words.get((int) (address - START) / 4);
                return (address & 2) == 0 ? word & 0xffff : word >>> 16;
              },
              entry,
              mode,
              dialect)
          .ifPresent(codes::add);
    }
    String type = "guest." + name + "." + dialect + (mode ? ".Pure" : ".Hybrid");
    return CapabilityTranslator.translate(codes, dialect, type).bytes();
  }

  /** An instruction on registers 10 to 12; branches skip nothing. */
  private static int word(Opcode opcode) {
    int word = opcode.match() | 10 << 15 & ~opcode.mask();
    if (opcode.family() == Family.BRANCH) {
      return word | 11 << 20 | 4 << 8 & 0xf00 | 2 << 8;
    }
    if (opcode == Opcode.CSPECIALRW) {
      return opcode.match() | 12 << 7 | 10 << 15 | 5 << 20;
    }
    word |= 12 << 7 & ~opcode.mask();
    boolean second =
        opcode.format().has(Operand.RS2)
            || opcode.format().has(Operand.CS2)
            || opcode.format().has(Operand.FS2);
    return second ? word | 11 << 20 & ~opcode.mask() : word;
  }
}
