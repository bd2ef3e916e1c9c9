package org.capvm.intravisor.kernel.host.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * How system calls touch guest memory: every access is checked against the window and the page
 * permissions, and fails with {@link MemoryFault}, which the system call table turns into EFAULT.
 *
 * <p>Values are little-endian and need no alignment.
 */
public final class GuestMemory {

  private final Window window;
  private final PageTable pages;

  public GuestMemory(Window window) {
    this.window = window;
    this.pages = window.pages();
  }

  public Window window() {
    return window;
  }

  /**
   * A view of guest memory that may be read.
   *
   * @throws MemoryFault when a byte of it may not
   */
  public MemorySegment readable(long address, long length) {
    return segment(address, length, AccessKind.LOAD);
  }

  /**
   * A view of guest memory that may be written.
   *
   * @throws MemoryFault when a byte of it may not
   */
  public MemorySegment writable(long address, long length) {
    return segment(address, length, AccessKind.STORE);
  }

  private MemorySegment segment(long address, long length, AccessKind kind) {
    if (length == 0) {
      return MemorySegment.NULL;
    }
    pages.check(address, length, kind);
    return window.segment(address, length);
  }

  /** Whether all bytes of a range may be read. */
  public boolean isReadable(long address, long length) {
    try {
      pages.check(address, length, AccessKind.LOAD);
      return length == 0 || window.segment(address, length) != null;
    } catch (MemoryFault e) {
      return false;
    }
  }

  /** Whether all bytes of a range may be written. */
  public boolean isWritable(long address, long length) {
    try {
      pages.check(address, length, AccessKind.STORE);
      return length == 0 || window.segment(address, length) != null;
    } catch (MemoryFault e) {
      return false;
    }
  }

  private long checked(long address, int size, AccessKind kind) {
    pages.check(address, size, kind);
    return address;
  }

  public int getByte(long address) {
    return Memory.loadUnsignedByte(window, checked(address, 1, AccessKind.LOAD));
  }

  public int getShort(long address) {
    return Memory.loadUnsignedShort(window, checked(address, 2, AccessKind.LOAD));
  }

  public int getInt(long address) {
    return Memory.loadInt(window, checked(address, 4, AccessKind.LOAD));
  }

  public long getLong(long address) {
    return Memory.loadLong(window, checked(address, 8, AccessKind.LOAD));
  }

  public void putByte(long address, int value) {
    Memory.storeByte(window, checked(address, 1, AccessKind.STORE), (byte) value);
  }

  public void putShort(long address, int value) {
    Memory.storeShort(window, checked(address, 2, AccessKind.STORE), (short) value);
  }

  public void putInt(long address, int value) {
    Memory.storeInt(window, checked(address, 4, AccessKind.STORE), value);
  }

  public void putLong(long address, long value) {
    Memory.storeLong(window, checked(address, 8, AccessKind.STORE), value);
  }

  /** Copies guest memory out. */
  public byte[] getBytes(long address, int length) {
    byte[] bytes = new byte[length];
    if (length != 0) {
      MemorySegment.copy(readable(address, length), ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
    }
    return bytes;
  }

  /** Copies bytes into guest memory. */
  public void putBytes(long address, byte[] bytes) {
    putBytes(address, bytes, 0, bytes.length);
  }

  /** Copies a part of an array into guest memory. */
  public void putBytes(long address, byte[] bytes, int from, int length) {
    if (length != 0) {
      MemorySegment.copy(bytes, from, writable(address, length), ValueLayout.JAVA_BYTE, 0, length);
    }
  }

  /**
   * The bytes before the first NUL.
   *
   * @param limit the largest number of bytes to look at
   * @return null when there is no NUL among them
   * @throws MemoryFault when the string runs into memory that may not be read
   */
  public byte[] getCString(long address, int limit) {
    int length = 0;
    while (length < limit) {
      long start = address + length;
      int chunk = (int) Math.min(Window.PAGE - (start & (Window.PAGE - 1)), limit - length);
      MemorySegment segment = readable(start, chunk);
      for (int i = 0; i < chunk; i++) {
        if (segment.get(ValueLayout.JAVA_BYTE, i) == 0) {
          return getBytes(address, length + i);
        }
      }
      length += chunk;
    }
    return null;
  }

  /** As {@link #getCString}, for text that is only shown; undecodable bytes are replaced. */
  public String getText(long address, int limit) {
    byte[] bytes = getCString(address, limit);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
