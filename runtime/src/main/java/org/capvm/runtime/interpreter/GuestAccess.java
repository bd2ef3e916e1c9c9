package org.capvm.runtime.interpreter;

import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * Loads and stores that respect page permissions: {@link PageTable#check}, with the common case, an
 * access within one accessible page and not in its last bytes, in line.
 */
final class GuestAccess {
  private static final int OFFSET_MASK = Window.PAGE - 1;
  private static final long NAN_BOX = 0xffff_ffffL << 32;

  private GuestAccess() {}

  /** The value that a load opcode reads, extended as it says; FLW gives a NaN-boxed register. */
  static long load(Window w, long address, int number) {
    PageTable pages = w.pages();
    if ((pages.permissions(address) & PageTable.READ) == 0
        || (address & OFFSET_MASK) > Window.PAGE - Long.BYTES) {
      pages.check(address, size(number), AccessKind.LOAD);
    }
    return switch (number) {
      case OpcodeNumber.LB -> Memory.loadByte(w, address);
      case OpcodeNumber.LBU -> Memory.loadUnsignedByte(w, address);
      case OpcodeNumber.LH -> Memory.loadShort(w, address);
      case OpcodeNumber.LHU -> Memory.loadUnsignedShort(w, address);
      case OpcodeNumber.LW -> Memory.loadInt(w, address);
      case OpcodeNumber.LWU -> Memory.loadUnsignedInt(w, address);
      case OpcodeNumber.FLW -> Memory.loadInt(w, address) | NAN_BOX;
      default -> Memory.loadLong(w, address);
    };
  }

  /** Writes the low bytes of a value, as many as a store opcode says, and clears their tags. */
  static void store(Window w, long address, int number, long value) {
    PageTable pages = w.pages();
    if ((pages.permissions(address) & PageTable.WRITE) == 0
        || (address & OFFSET_MASK) > Window.PAGE - Long.BYTES) {
      pages.check(address, size(number), AccessKind.STORE);
    }
    if (w.tags() != null) {
      w.tags().clear(address, size(number));
    }
    switch (number) {
      case OpcodeNumber.SB -> Memory.storeByte(w, address, (byte) value);
      case OpcodeNumber.SH -> Memory.storeShort(w, address, (short) value);
      case OpcodeNumber.SW, OpcodeNumber.FSW -> Memory.storeInt(w, address, (int) value);
      default -> Memory.storeLong(w, address, value);
    }
  }

  private static int size(int number) {
    return switch (number) {
      case OpcodeNumber.LB, OpcodeNumber.LBU, OpcodeNumber.SB -> Byte.BYTES;
      case OpcodeNumber.LH, OpcodeNumber.LHU, OpcodeNumber.SH -> Short.BYTES;
      case OpcodeNumber.LW, OpcodeNumber.LWU, OpcodeNumber.SW, OpcodeNumber.FLW, OpcodeNumber.FSW ->
          Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  /** What an atomic needs: reading for LR, reading and writing for the others. */
  static void checkAtomic(Window w, long address, int size, AccessKind kind) {
    w.pages().check(address, size, kind);
    if (kind == AccessKind.STORE && (w.pages().permissions(address) & PageTable.READ) == 0) {
      w.pages().check(address, size, AccessKind.LOAD);
    }
  }
}
