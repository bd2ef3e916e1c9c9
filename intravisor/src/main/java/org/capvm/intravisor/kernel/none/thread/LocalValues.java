package org.capvm.intravisor.kernel.none.thread;

import org.capvm.runtime.capability.Capability;

/** A thread's values of the keys of its cVM. A key that is used again for another has none. */
public final class LocalValues {
  private final long[] keys = new long[ThreadLocals.MOST];
  private final Capability[] values = new Capability[ThreadLocals.MOST];

  LocalValues() {}

  void set(int place, long key, Capability value) {
    keys[place] = key;
    values[place] = value;
  }

  Capability get(int place, long key) {
    return keys[place] == key ? values[place] : Capability.NULL;
  }
}
