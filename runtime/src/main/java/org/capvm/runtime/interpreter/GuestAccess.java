package org.capvm.runtime.interpreter;

import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * Loads and stores that respect page permissions: {@link PageTable#check}, with the common case, an
 * access within one accessible page, in line.
 */
final class GuestAccess {
  private static final int OFFSET_MASK = Window.PAGE - 1;

  private GuestAccess() {}

  /** Throws a fault unless the access is allowed; misaligned ones may touch two pages. */
  private static void check(Window w, long address, int size, int need, AccessKind kind) {
    if ((w.pages().permissions(address) & need) == 0
        || (address & OFFSET_MASK) > Window.PAGE - size) {
      w.pages().check(address, size, kind);
    }
  }

  static long loadByte(Window w, long address) {
    check(w, address, Byte.BYTES, PageTable.READ, AccessKind.LOAD);
    return Memory.loadByte(w, address);
  }

  static long loadShort(Window w, long address) {
    check(w, address, Short.BYTES, PageTable.READ, AccessKind.LOAD);
    return Memory.loadShort(w, address);
  }

  static long loadInt(Window w, long address) {
    check(w, address, Integer.BYTES, PageTable.READ, AccessKind.LOAD);
    return Memory.loadInt(w, address);
  }

  static long loadLong(Window w, long address) {
    check(w, address, Long.BYTES, PageTable.READ, AccessKind.LOAD);
    return Memory.loadLong(w, address);
  }

  static void storeByte(Window w, long address, long value) {
    check(w, address, Byte.BYTES, PageTable.WRITE, AccessKind.STORE);
    Memory.storeByte(w, address, (byte) value);
  }

  static void storeShort(Window w, long address, long value) {
    check(w, address, Short.BYTES, PageTable.WRITE, AccessKind.STORE);
    Memory.storeShort(w, address, (short) value);
  }

  static void storeInt(Window w, long address, long value) {
    check(w, address, Integer.BYTES, PageTable.WRITE, AccessKind.STORE);
    Memory.storeInt(w, address, (int) value);
  }

  static void storeLong(Window w, long address, long value) {
    check(w, address, Long.BYTES, PageTable.WRITE, AccessKind.STORE);
    Memory.storeLong(w, address, value);
  }

  /** What an atomic needs: reading for LR, reading and writing for the others. */
  static void checkAtomic(Window w, long address, int size, AccessKind kind) {
    if (kind == AccessKind.STORE && (w.pages().permissions(address) & PageTable.READ) == 0) {
      w.pages().check(address, size, AccessKind.LOAD);
    }
    w.pages().check(address, size, kind);
  }
}
