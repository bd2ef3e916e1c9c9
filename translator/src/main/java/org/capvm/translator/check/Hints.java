package org.capvm.translator.check;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What a proof should look at, found by failing without. Nothing of it is trusted: a wrong hint
 * costs time, or a proof.
 */
final class Hints {
  /** The locals that offsets are computed from. Of other numbers nothing is known at labels. */
  private final BitSet counters = new BitSet();

  /** By local, the constants that it is compared with, and their neighbours. */
  private final Map<Integer, NavigableSet<Long>> bounds = new HashMap<>();

  private boolean isNew;

  boolean isCounter(int local) {
    return local >= 0 && counters.get(local);
  }

  /** An offset was not known well enough. */
  void neededCounter(int local) {
    if (local >= 0 && !counters.get(local)) {
      counters.set(local);
      isNew = true;
    }
  }

  /** A number computed from a local was compared with a constant. */
  void compared(int local, long c) {
    if (isCounter(local)) {
      NavigableSet<Long> set = bounds.computeIfAbsent(local, k -> new TreeSet<>());
      isNew |= set.add(c);
      set.add(c - 1);
      set.add(c + 1);
    }
  }

  /** Whether there are new ones since this was asked last. */
  boolean takeNew() {
    boolean result = isNew;
    isNew = false;
    return result;
  }

  /**
   * What is assumed of a counter that grows from one iteration of a loop to the next: that it grows
   * no further than to one of the constants it is compared with. Null when there is none.
   */
  Interval grown(int local, Interval before, Interval after) {
    NavigableSet<Long> set = bounds.getOrDefault(local, new TreeSet<>());
    Long low = after.low() < before.low() ? set.floor(after.low()) : Long.valueOf(before.low());
    Long high =
        after.high() > before.high() ? set.ceiling(after.high()) : Long.valueOf(before.high());
    return low == null || high == null ? null : new Interval(low, high);
  }
}
