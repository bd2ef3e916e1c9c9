package org.capvm.testsuite.attack;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Opcode;

/** Code of an attacker, word by word. */
final class Words {
  private final List<Integer> words = new ArrayList<>();

  /** The last instruction of all code. */
  static final int EBREAK = 0x0010_0073;

  Words r(Opcode opcode, int rd, int rs1, int rs2) {
    words.add(opcode.match() | rd << 7 | rs1 << 15 | rs2 << 20);
    return this;
  }

  Words i(Opcode opcode, int rd, int rs1, int immediate) {
    words.add(opcode.match() | rd << 7 | rs1 << 15 | immediate << 20);
    return this;
  }

  /** An instruction without a second source or an immediate. */
  Words unary(Opcode opcode, int rd, int rs1) {
    words.add(opcode.match() | rd << 7 | rs1 << 15);
    return this;
  }

  Words s(Opcode opcode, int value, int base, int immediate) {
    words.add(
        opcode.match() | (immediate & 31) << 7 | base << 15 | value << 20 | (immediate >> 5) << 25);
    return this;
  }

  /** Back to the first word while a register is not 0, and the end behind it. */
  Words loop(int counter) {
    return again(counter, words.size()).end();
  }

  /** Back over so many words while a register, which is counted down, is not 0. */
  Words again(int counter, int back) {
    i(Opcode.ADDI, counter, counter, -1);
    int offset = -4 * (back + 1);
    words.add(
        Opcode.BNE.match()
            | counter << 15
            | (offset >> 12 & 1) << 31
            | (offset >> 5 & 0x3f) << 25
            | (offset >> 1 & 0xf) << 8
            | (offset >> 11 & 1) << 7);
    return this;
  }

  Words end() {
    words.add(EBREAK);
    return this;
  }

  Words word(int word) {
    words.add(word);
    return this;
  }

  List<Integer> list() {
    return words;
  }
}
