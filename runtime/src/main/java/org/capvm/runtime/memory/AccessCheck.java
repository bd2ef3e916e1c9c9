package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Whether an access would fault, for code that must say where all its registers are before it does:
 * the bounds of the window and the permissions of the pages, of both pages where it straddles two.
 *
 * <p>An answer holds until the permissions change. Who changes them while other harts run waits
 * until each of them has passed a poll; an access and its check have no poll between them.
 */
public final class AccessCheck {
  private static final Unsafe U = Unsafe.getUnsafe();
  private static final int OFFSET_MASK = Window.PAGE - 1;

  private AccessCheck() {}

  /** Whether {@code size} bytes can be read, 1 to 8. */
  public static boolean canLoad(long address, Window w, int size) {
    return allows(address, w, size, PageTable.READ);
  }

  /** Whether {@code size} bytes can be written, 1 to 8. */
  public static boolean canStore(long address, Window w, int size) {
    return allows(address, w, size, PageTable.WRITE);
  }

  /** Whether a load reserved of {@code size} bytes, 4 or 8, neither faults nor is misaligned. */
  public static boolean canReserve(long address, Window w, int size) {
    return (address & size - 1) == 0 && allows(address, w, size, PageTable.READ);
  }

  /** Whether any other atomic of {@code size} bytes, 4 or 8, neither faults nor is misaligned. */
  public static boolean canUpdate(long address, Window w, int size) {
    return (address & size - 1) == 0 && allows(address, w, size, PageTable.READ | PageTable.WRITE);
  }

  private static boolean allows(long address, Window w, int size, int need) {
    if (Long.compareUnsigned(address - Window.LOW, w.limit - size) > 0) {
      return false;
    }
    // Within the table, because the address is within the window.
    int first = U.getByte(w.permissions, Unsafe.ARRAY_BYTE_BASE_OFFSET + (address >>> 12));
    return (first & need) == need
        && ((address & OFFSET_MASK) <= Window.PAGE - size
            || (w.pages().permissions(address + size - 1) & need) == need);
  }
}
