package org.capvm.intravisor.kernel.host.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.capvm.runtime.memory.AccessKind;
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
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

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

  public int getByte(long address) {
    return readable(address, 1).get(ValueLayout.JAVA_BYTE, 0) & 0xff;
  }

  public int getShort(long address) {
    return readable(address, 2).get(SHORT, 0) & 0xffff;
  }

  public int getInt(long address) {
    return readable(address, 4).get(INT, 0);
  }

  public long getLong(long address) {
    return readable(address, 8).get(LONG, 0);
  }

  public void putByte(long address, int value) {
    writable(address, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) value);
  }

  public void putShort(long address, int value) {
    writable(address, 2).set(SHORT, 0, (short) value);
  }

  public void putInt(long address, int value) {
    writable(address, 4).set(INT, 0, value);
  }

  public void putLong(long address, long value) {
    writable(address, 8).set(LONG, 0, value);
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
