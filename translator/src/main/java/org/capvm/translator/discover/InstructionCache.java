package org.capvm.translator.discover;

import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;

/**
 * Decodes each distinct instruction once. Decoded instructions do not depend on their address, and a
 * program of a million of them has few distinct ones.
 */
final class InstructionCache {
  private static final int INITIAL_CAPACITY = 1 << 12;

  private final Instruction[] compressed = new Instruction[1 << 16];

  /** Open addressing, a power of two, at most half full. */
  private Instruction[] full = new Instruction[INITIAL_CAPACITY];

  private int count;

  /** The instruction at {@code address}; null where it cannot be fetched. */
  Instruction fetch(CodeBytes code, long address) {
    int low = code.halfWord(address);
    if (low < 0) {
      return null;
    }
    if ((low & 3) != 3) {
      Instruction known = compressed[low];
      if (known == null) {
        known = Decoder.decode(low);
        compressed[low] = known;
      }
      return known;
    }
    int high = code.halfWord(address + 2);
    return high < 0 ? null : decode(high << 16 | low);
  }

  private Instruction decode(int bits) {
    int slot = find(full, bits);
    Instruction known = full[slot];
    if (known == null) {
      known = Decoder.decode(bits);
      full[slot] = known;
      count++;
      if (2 * count > full.length) {
        grow();
      }
    }
    return known;
  }

  private static int find(Instruction[] table, int bits) {
    int mask = table.length - 1;
    int slot = (bits * 0x9e3779b9 >>> 7) & mask;
    while (table[slot] != null && table[slot].bits() != bits) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    Instruction[] larger = new Instruction[2 * full.length];
    for (Instruction instruction : full) {
      if (instruction != null) {
        larger[find(larger, instruction.bits())] = instruction;
      }
    }
    full = larger;
  }
}
