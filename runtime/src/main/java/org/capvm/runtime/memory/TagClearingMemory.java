package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Checked stores of integers in a window with tags, for code that needs no other authority than the
 * window: as those of {@link Memory}, and they clear the tags of the granules that they touch.
 *
 * <p>Most pages never hold a tag. Each store looks at the mark of its page; only where there is one
 * it goes on to the table of tags. Marks are host memory, as the guest's is: C2 cannot tell that a
 * store of the guest leaves them alone, so it neither hoists nor merges the looks, and each is
 * behind the stores that come before it in the program.
 *
 * <p>A window without tags has no marks, and nothing is ever cleared.
 */
public final class TagClearingMemory {
  private static final Unsafe U = Unsafe.getUnsafe();

  private TagClearingMemory() {}

  /** Clears the tags of a store of {@code size} bytes at a host address within the window. */
  static void clear(Window w, long host, int size) {
    w.tags().clearForStore(host - w.hostDelta(), size);
  }

  /** Whether a store at a host address may meet a tag. */
  static boolean isMarked(Window w, long host) {
    return U.getByte(w.tagMarks + (host >>> Window.PAGE_SHIFT)) != 0;
  }

  public static void storeByte(Window w, long address, byte value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 1) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 1);
    }
    U.putByte(host, value);
  }

  public static void storeShort(Window w, long address, short value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 2) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 2);
    }
    U.putShort(host, value);
  }

  public static void storeInt(Window w, long address, int value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 4) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 4);
    }
    U.putInt(host, value);
  }

  public static void storeLong(Window w, long address, long value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 8) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 8);
    }
    U.putLong(host, value);
  }

  public static void storeFloat(Window w, long address, float value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 4) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 4);
    }
    U.putFloat(host, value);
  }

  public static void storeDouble(Window w, long address, double value) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - 8) > 0) {
      throw Memory.fault(address, AccessKind.STORE);
    }
    long host = w.lowBaseOfStores + offset;
    if (isMarked(w, host)) {
      clear(w, host, 8);
    }
    U.putDouble(host, value);
  }
}
