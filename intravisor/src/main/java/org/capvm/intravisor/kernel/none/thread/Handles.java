package org.capvm.intravisor.kernel.none.thread;

import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;

/**
 * Things of one kind that a cVM has, by handle: a positive number that tells the place in this
 * table and how often the place was used before, so that the handle of what is gone stays wrong.
 * The caller holds the lock of its cVM.
 */
public final class Handles<T> {
  private final List<T> entries;
  private final int[] uses;
  private int count;

  /**
   * @param capacity how many there can be at a time
   */
  public Handles(int capacity) {
    entries = new ArrayList<>(capacity);
    for (int i = 0; i < capacity; i++) {
      entries.add(null);
    }
    uses = new int[capacity];
  }

  /** The place of a handle, whether it is right or not. */
  public int place(long handle) {
    return (int) Long.remainderUnsigned(handle - 1, uses.length);
  }

  /** The handle that the next {@link #add} gives, or EAGAIN when the table is full. */
  public long next() {
    int place = count == uses.length ? -1 : entries.indexOf(null);
    return place < 0 ? Errno.EAGAIN : (long) uses[place] * uses.length + place + 1;
  }

  /** Adds a thing; its handle, or EAGAIN when the table is full. */
  public long add(T entry) {
    long handle = next();
    if (handle > 0) {
      entries.set(place(handle), entry);
      count++;
    }
    return handle;
  }

  /** What a handle stands for, or null. */
  public T get(long handle) {
    int place = place(handle);
    return handle > 0 && (handle - 1) / uses.length == uses[place] ? entries.get(place) : null;
  }

  /** Takes a thing out, whose handle must be right. */
  public void remove(long handle) {
    int place = place(handle);
    entries.set(place, null);
    uses[place] = uses[place] + 1 & Integer.MAX_VALUE;
    count--;
  }

  /** What is in the table. */
  public List<T> entries() {
    return entries.stream().filter(e -> e != null).toList();
  }
}
