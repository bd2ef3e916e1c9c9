package org.capvm.intravisor.kernel.host.syscall;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How often each system call was made. */
public final class Counts {
  private final AtomicLongArray known = new AtomicLongArray(SystemCallTable.LIMIT);
  private final LongAdder outside = new LongAdder();

  void add(long number) {
    if (number >= 0 && number < known.length()) {
      known.incrementAndGet((int) number);
    } else {
      outside.increment();
    }
  }

  /** Calls by number; those outside every table are counted as -1. */
  public Map<Integer, Long> byNumber() {
    Map<Integer, Long> result = new TreeMap<>();
    for (int i = 0; i < known.length(); i++) {
      if (known.get(i) != 0) {
        result.put(i, known.get(i));
      }
    }
    if (outside.sum() != 0) {
      result.put(-1, outside.sum());
    }
    return result;
  }
}
