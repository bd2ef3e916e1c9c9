package org.capvm.runtime.isa;

import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/** Reads instructions from guest memory, respecting the permission to execute. */
public final class InstructionFetch {
  private InstructionFetch() {}

  /**
   * Fetches and decodes the instruction at an address. Each half-word is fetched by itself: a
   * 4-byte instruction may straddle two pages, and a 2-byte one at the end of a page needs only its
   * own.
   *
   * @param address even
   * @throws MemoryFault of kind FETCH with the address of the half-word that cannot be fetched
   */
  public static Instruction decodeAt(Window window, long address) {
    int low = halfWord(window, address);
    return Decoder.decode(
        Decoder.length(low) == 2 ? low : low | halfWord(window, address + 2) << 16);
  }

  /**
   * Fetches the half-word at an address.
   *
   * @return 16 bits, zero-extended
   * @throws MemoryFault of kind FETCH when it cannot be fetched
   */
  public static int halfWord(Window window, long address) {
    int permissions = window.pages().permissions(address);
    if ((permissions & PageTable.EXECUTE) == 0 || address < Window.LOW) {
      throw new MemoryFault(address, AccessKind.FETCH, (permissions & PageTable.MAPPED) != 0);
    }
    return Memory.loadShort(window, address) & 0xffff;
  }
}
