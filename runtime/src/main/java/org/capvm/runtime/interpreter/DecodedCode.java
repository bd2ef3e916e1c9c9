package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.isa.InstructionFetch;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * The instructions of one cVM that were decoded, shared by its harts.
 *
 * <p>Each page of guest code has an array with a place for every half-word. A place is filled when
 * control first reaches it and emptied in place by {@link #invalidate}, so that harts which are
 * executing from the array see it at their next instruction. Decoding and invalidating exclude each
 * other: an instruction that was fetched before the memory changed can not be kept after it.
 */
final class DecodedCode {
  /** Half-words of a page. */
  static final int PLACES = Window.PAGE / 2;

  /**
   * Behind the places of a page there are some that stay empty: control that falls through runs
   * over the end by so many half-words at most.
   */
  private static final int SENTINELS = 2;

  private final Window window;
  private final PageTable permissions;
  private final long[][] pages;

  DecodedCode(Window window) {
    this.window = window;
    this.permissions = window.pages();
    this.pages = new long[Math.toIntExact(window.size() / Window.PAGE)][];
  }

  /** The place of an address in the array of its page. */
  static int place(long address) {
    return (int) address >>> 1 & PLACES - 1;
  }

  /**
   * The places of the page that holds an address, on arriving there from another page.
   *
   * @throws MemoryFault of kind FETCH when the page is not executable
   */
  long[] enter(long address) {
    int bits = permissions.permissions(address);
    if ((bits & PageTable.EXECUTE) == 0) {
      throw new MemoryFault(address, AccessKind.FETCH, (bits & PageTable.MAPPED) != 0);
    }
    long[] places = pages[(int) (address >>> 12)];
    return places != null ? places : newPage(address);
  }

  private synchronized long[] newPage(long address) {
    int page = (int) (address >>> 12);
    if (pages[page] == null) {
      pages[page] = new long[PLACES + SENTINELS];
    }
    return pages[page];
  }

  /**
   * Decodes the instruction at an address, of a page that was entered, into its place.
   *
   * @throws MemoryFault of kind FETCH when it can not be fetched
   */
  synchronized void decode(long address) {
    pages[(int) (address >>> 12)][place(address)] =
        PackedInstruction.pack(InstructionFetch.decodeAt(window, address));
  }

  /** Forgets what was decoded in {@code [start, end)}, for all harts. */
  synchronized void invalidate(long start, long end) {
    // An instruction of four bytes may begin in the half-word before.
    long first = Math.max(0, start - 2);
    long last = Math.min(end, window.size());
    for (long page = first & -Window.PAGE; page < last; page += Window.PAGE) {
      long[] places = pages[(int) (page >>> 12)];
      if (places != null) {
        int from = (int) Math.max(0, first - page) >>> 1;
        int to = (int) (Math.min(Window.PAGE, last - page) + 1) >>> 1;
        Arrays.fill(places, from, to, PackedInstruction.UNDECODED);
      }
    }
  }

  /** Forgets everything, for all harts. */
  void invalidate() {
    invalidate(0, window.size());
  }
}
