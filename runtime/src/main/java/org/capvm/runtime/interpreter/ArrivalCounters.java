package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/**
 * Counts how often control arrives at calls' and backward branches' targets, for {@link HotCode}.
 */
final class ArrivalCounters {
  private static final int PLACES = Window.PAGE / 2;

  private final HotCode listener;
  private final int threshold;
  private final int[][] calls;
  private final int[][] loops;

  ArrivalCounters(Window window, HotCode listener) {
    int pages = Math.toIntExact(window.size() / Window.PAGE);
    this.listener = listener;
    this.threshold = listener.threshold();
    this.calls = new int[pages][];
    this.loops = new int[pages][];
  }

  /**
   * Counts an arrival, and tells the listener when there were enough. Harts count without
   * synchronisation: a lost count only delays that.
   */
  void count(Hart h, long address, HotCode.Kind kind) {
    int[][] table = kind == HotCode.Kind.FUNCTION ? calls : loops;
    if (address >>> 12 >= table.length) {
      return;
    }
    int page = (int) (address >>> 12);
    int[] counters = table[page];
    if (counters == null) {
      counters = new int[PLACES];
      table[page] = counters;
    }
    int place = (int) address >>> 1 & PLACES - 1;
    int count = counters[place];
    if (count < threshold) {
      counters[place] = count + 1;
      if (count + 1 == threshold) {
        listener.reached(h, address, kind);
      }
    }
  }

  /** Starts anew for the pages that overlap {@code [start, end)}, whose code changed. */
  void forget(long start, long end) {
    int from = (int) Math.min(start >>> 12, calls.length);
    int to = (int) Math.min((end + Window.PAGE - 1) >>> 12, calls.length);
    Arrays.fill(calls, from, to, null);
    Arrays.fill(loops, from, to, null);
  }
}
