package org.capvm.translator.discover;

import java.util.OptionalInt;

/** Where discovery fetches instructions from: an ELF file or live guest memory. */
public interface CodeBytes {

  /**
   * Fetches half of an instruction.
   *
   * @param address even
   * @return the 16 bits, zero-extended; -1 where nothing can be executed
   */
  int halfWord(long address);

  /**
   * Reads a word that never changes while the code is valid; an entry of a jump table.
   *
   * @param address of 4 bytes
   * @return the word; empty where memory is writable, absent or not known to be constant
   */
  default OptionalInt constantWord(long address) {
    return OptionalInt.empty();
  }
}
