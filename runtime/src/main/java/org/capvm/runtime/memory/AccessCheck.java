package org.capvm.runtime.memory;

/**
 * Whether an access would fault, for code that must say where all its registers are before it does:
 * the bounds of the window and the permissions of the pages, of both pages where it straddles two.
 *
 * <p>An answer holds until the permissions change. Who changes them while other harts run waits
 * until each of them has passed a poll; an access and its check have no poll between them.
 *
 * <p>Few bytecodes: C2 stops inlining after 8,000 in a method, and then every access is two calls.
 */
public final class AccessCheck {
  private static final int OFFSET_MASK = Window.PAGE - 1;

  private AccessCheck() {}

  /**
   * The check of a load.
   *
   * @param size in bytes, 1 to 8
   * @return the host address, for {@link InRangeMemory}, or 0 when the load faults
   */
  public static long load(Window w, long address, int size) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - size) > 0
        || (w.permissions[(int) (address >>> 12)] & PageTable.READ) == 0
        || ((int) address & OFFSET_MASK) > Window.PAGE - size
            && !allows(w, address + size, PageTable.READ)) {
      return 0;
    }
    return w.lowBase + offset;
  }

  /**
   * The check of a store.
   *
   * @param size in bytes, 1 to 8
   * @return the host address, for {@link InRangeMemory}, or 0 when the store faults
   */
  public static long store(Window w, long address, int size) {
    long offset = address - Window.LOW;
    if (Long.compareUnsigned(offset, w.limit - size) > 0
        || (w.permissions[(int) (address >>> 12)] & PageTable.WRITE) == 0
        || ((int) address & OFFSET_MASK) > Window.PAGE - size
            && !allows(w, address + size, PageTable.WRITE)) {
      return 0;
    }
    return w.lowBase + offset;
  }

  /** {@link #load} of an aligned granule of {@link TagTable#GRANULE} bytes, in one page. */
  static long loadGranule(Window w, long address) {
    return granule(w, address, PageTable.READ);
  }

  /** {@link #store} to an aligned granule of {@link TagTable#GRANULE} bytes, in one page. */
  static long storeGranule(Window w, long address) {
    return granule(w, address, PageTable.WRITE);
  }

  private static long granule(Window w, long address, int need) {
    // One compare: no page below Window.LOW is ever accessible.
    long page = address >>> 12;
    return page >= w.permissions.length || (w.permissions[(int) page] & need) == 0
        ? 0
        : w.lowBase + (address - Window.LOW);
  }

  /** Whether a load reserved of {@code size} bytes, 4 or 8, neither faults nor is misaligned. */
  public static boolean canReserve(long address, Window w, int size) {
    return (address & size - 1) == 0 && load(w, address, size) != 0;
  }

  /** Whether any other atomic of {@code size} bytes, 4 or 8, neither faults nor is misaligned. */
  public static boolean canUpdate(long address, Window w, int size) {
    return (address & size - 1) == 0
        && store(w, address, size) != 0
        && allows(w, address, PageTable.READ);
  }

  private static boolean allows(Window w, long address, int need) {
    return (w.pages().permissions(address) & need) != 0;
  }
}
