package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Stores of integers in a window with tags that rest on an earlier range check, by the rule of
 * {@link InRangeMemory}; they clear tags as those of {@link TagClearingMemory} do.
 */
public final class TagClearingInRangeMemory {
  private static final Unsafe U = Unsafe.getUnsafe();

  private TagClearingInRangeMemory() {}

  /**
   * The range check for stores of {@link InRangeMemory}, which clear nothing: the range holds no
   * tags, and what the hart itself does before it passes a poll cannot change that. A capability
   * that another hart stores there meanwhile races with the stores: memory that differs from its
   * record then loses the tag (see {@link TagTable}).
   *
   * @param address guest address of the first byte
   * @param length in bytes
   * @return the host address of the first byte when all of {@code [address, address + length)} lies
   *     in the window and in pages without a mark, otherwise 0
   */
  public static long hostWithoutTags(Window w, long address, long length) {
    long host = InRangeMemory.host(w, address, length);
    if (host == 0) {
      return 0;
    }
    long last = w.tagMarks + (host + length - 1 >>> Window.PAGE_SHIFT);
    for (long at = w.tagMarks + (host >>> Window.PAGE_SHIFT); at <= last; at++) {
      if (U.getByte(at) != 0) {
        return 0;
      }
    }
    return host;
  }

  public static void storeByte(long base, long k, byte value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 1);
    }
    U.putByte(host, value);
  }

  public static void storeShort(long base, long k, short value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 2);
    }
    U.putShort(host, value);
  }

  public static void storeInt(long base, long k, int value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 4);
    }
    U.putInt(host, value);
  }

  public static void storeLong(long base, long k, long value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 8);
    }
    U.putLong(host, value);
  }

  public static void storeFloat(long base, long k, float value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 4);
    }
    U.putFloat(host, value);
  }

  public static void storeDouble(long base, long k, double value, Window w) {
    long host = base + k + InRangeMemory.OFFSET_OF_STORES[0];
    if (TagClearingMemory.isMarked(w, host)) {
      TagClearingMemory.clear(w, host, 8);
    }
    U.putDouble(host, value);
  }
}
