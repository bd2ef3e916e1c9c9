package org.capvm.translator.discover;

import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;

/**
 * Decodes each distinct instruction once. Decoded instructions do not depend on their address, and
 * a program of a million of them has few distinct ones.
 */
final class InstructionCache {
  private static final int INITIAL_CAPACITY = 1 << 8;

  /** Open addressing, a power of two, at most half full. */
  private Instruction[] table = new Instruction[INITIAL_CAPACITY];

  /** Whether instructions of Xcheri in integer mode are instructions. */
  private final boolean xcheri;

  private int count;

  InstructionCache(boolean xcheri) {
    this.xcheri = xcheri;
  }

  /** The instruction at {@code address}; null where it cannot be fetched. */
  Instruction fetch(CodeBytes code, long address) {
    int low = code.halfWord(address);
    if (low < 0) {
      return null;
    }
    if (Decoder.length(low) == 2) {
      return decode(low);
    }
    int high = code.halfWord(address + 2);
    return high < 0 ? null : decode(high << 16 | low);
  }

  private Instruction decode(int bits) {
    int slot = find(table, bits);
    Instruction known = table[slot];
    if (known == null) {
      known = xcheri ? Decoder.decodeXcheri(bits, false) : Decoder.decode(bits);
      table[slot] = known;
      count++;
      if (2 * count > table.length) {
        grow();
      }
    }
    return known;
  }

  private static int find(Instruction[] in, int bits) {
    int mask = in.length - 1;
    int slot = (bits * 0x9e3779b9 >>> 7) & mask;
    while (in[slot] != null && in[slot].bits() != bits) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    Instruction[] larger = new Instruction[2 * table.length];
    for (Instruction instruction : table) {
      if (instruction != null) {
        larger[find(larger, instruction.bits())] = instruction;
      }
    }
    table = larger;
  }
}
