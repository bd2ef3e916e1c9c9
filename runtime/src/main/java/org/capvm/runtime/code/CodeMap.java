package org.capvm.runtime.code;

import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.memory.Window;

/** The translated functions of a cVM by guest address. */
public final class CodeMap {
  private final GuestFunction[][] functions;

  public CodeMap(Window window) {
    functions = new GuestFunction[Math.toIntExact((window.size() + 0xffff) >>> 16)][];
  }

  /** The table that harts look up, see {@code Hart.functions}. */
  public GuestFunction[][] functions() {
    return functions;
  }

  /** Publishes a function at its entry address. */
  public synchronized void put(long entry, GuestFunction function) {
    int region = Math.toIntExact(entry >>> 16);
    if (functions[region] == null) {
      functions[region] = new GuestFunction[1 << 15];
    }
    functions[region][(int) (entry & 0xffff) >>> 1] = function;
  }

  /** Withdraws the functions whose entry lies in {@code [start, end)}. */
  public synchronized void remove(long start, long end) {
    for (long region = start >>> 16;
        region <= (end - 1) >>> 16 && region < functions.length;
        region++) {
      GuestFunction[] entries = functions[(int) region];
      if (entries == null) {
        continue;
      }
      long base = region << 16;
      int from = (int) Math.max(0, start - base) >>> 1;
      int to = (int) ((Math.min(0x10000, end - base) + 1) >>> 1);
      for (int i = from; i < to; i++) {
        entries[i] = null;
      }
    }
  }
}
