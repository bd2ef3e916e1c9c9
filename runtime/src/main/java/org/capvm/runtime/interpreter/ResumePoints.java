package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.memory.Window;

/**
 * Where translated code can be entered in the middle of a function: loop heads and return sites.
 *
 * <p>Only the bottom of a JVM stack enters there. {@link GuestFunction#call} then runs from {@code
 * h.pc} and returns, with a complete register file, where {@code h.pc} says control has gone.
 */
public final class ResumePoints {
  private static final int PLACES = Window.PAGE / 2;

  private final long windowSize;
  private volatile GuestFunction[][] pages;

  public ResumePoints(Window window) {
    windowSize = window.size();
  }

  /** Whether there was ever one. */
  boolean exist() {
    return pages != null;
  }

  /** The resume point at an address, or null. */
  public GuestFunction at(long address) {
    GuestFunction[][] table = pages;
    if (table == null || address >>> 12 >= table.length) {
      return null;
    }
    GuestFunction[] page = table[(int) (address >>> 12)];
    return page == null ? null : page[place(address)];
  }

  /** Publishes a resume point. */
  public synchronized void put(long address, GuestFunction function) {
    if (pages == null) {
      pages = new GuestFunction[Math.toIntExact(windowSize / Window.PAGE)][];
    }
    int index = (int) (address >>> 12);
    if (pages[index] == null) {
      pages[index] = new GuestFunction[PLACES];
    }
    pages[index][place(address)] = function;
  }

  /** Withdraws the resume points in {@code [start, end)}; says whether there were any. */
  public synchronized boolean remove(long start, long end) {
    if (pages == null) {
      return false;
    }
    boolean removed = false;
    long last = Math.min(end, windowSize);
    for (long base = start & -Window.PAGE; base < last; base += Window.PAGE) {
      GuestFunction[] page = pages[(int) (base >>> 12)];
      if (page != null) {
        int from = (int) Math.max(0, start - base) >>> 1;
        int to = (int) (Math.min(Window.PAGE, last - base) + 1) >>> 1;
        for (int i = from; i < to; i++) {
          removed |= page[i] != null;
        }
        Arrays.fill(page, from, to, null);
      }
    }
    return removed;
  }

  private static int place(long address) {
    return (int) address >>> 1 & PLACES - 1;
  }
}
