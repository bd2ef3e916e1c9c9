package org.capvm.runtime.interpreter;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** Where code is that makes exact calls, for all harts of a cVM: the addresses behind the calls. */
final class ExactCallSites {
  /** Sorted; never changed, only replaced. */
  private volatile long[] addresses = {};

  boolean contains(long address) {
    long[] all = addresses;
    return all.length != 0 && Arrays.binarySearch(all, address) >= 0;
  }

  synchronized void add(Collection<Long> more) {
    addresses =
        LongStream.concat(Arrays.stream(addresses), more.stream().mapToLong(Long::longValue))
            .sorted()
            .distinct()
            .toArray();
  }

  /** Forgets those in {@code [start, end)}. */
  synchronized void remove(long start, long end) {
    addresses = Arrays.stream(addresses).filter(a -> a < start || a >= end).toArray();
  }
}
