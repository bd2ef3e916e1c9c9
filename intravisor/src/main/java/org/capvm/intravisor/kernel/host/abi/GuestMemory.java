package org.capvm.intravisor.kernel.host.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * How system calls touch guest memory: every access is checked against the window and the page
 * permissions, and fails with {@link MemoryFault}, which the system call table turns into EFAULT.
 * What is written loses its tags.
 *
 * <p>Values are little-endian and need no alignment.
 */
public class GuestMemory {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private final Window window;
  private final PageTable pages;

  public GuestMemory(Window window) {
    this.window = window;
    this.pages = window.pages();
  }

  public final Window window() {
    return window;
  }

  /**
   * Checks an access.
   *
   * @param address as the guest names it
   * @return the address in the window
   * @throws MemoryFault when a byte may not be accessed
   */
  protected long reach(long address, long length, AccessKind kind) {
    pages.check(address, length, kind);
    return address;
  }

  /** How many of the next bytes, at most {@code most}, one check of a load can have allowed. */
  protected long extent(long address, long most) {
    return most;
  }

  /**
   * Checks an access through an argument of the running call.
   *
   * @param index of the argument, 0 to 5
   * @throws MemoryFault when a byte may not be accessed
   */
  public void requireArgument(int index, long address, long length, AccessKind kind) {
    reach(address, length, kind);
  }

  /**
   * Checks that an argument of the running call gives the right to change what is mapped somewhere.
   *
   * @param index of the argument, 0 to 5
   * @throws MemoryFault when it does not
   */
  public void requireMapping(int index, long address, long length) {}

  /**
   * Notes that the result of the running call is the address of memory that was just mapped.
   *
   * @param result the address, or an error
   * @return {@code result}
   */
  public long mapped(long result, long length, boolean executable) {
    return result;
  }

  /** How far the address of new memory must be rounded for a pointer to it, at least a page. */
  public long mappingAlignment(long length) {
    return Window.PAGE;
  }

  /** Bytes that memory must have for a pointer to it and nothing else, at least {@code length}. */
  public long mappingLength(long length) {
    return length;
  }

  /** Bytes of a pointer within a structure. */
  public int pointerSize() {
    return Long.BYTES;
  }

  /** A pointer within a structure; what it leads to is accessed before another one is read. */
  public long pointer(long address) {
    return getLong(address);
  }

  /**
   * A view of guest memory that may be read.
   *
   * @throws MemoryFault when a byte of it may not
   */
  public final MemorySegment readable(long address, long length) {
    return length == 0
        ? MemorySegment.NULL
        : window.segment(reach(address, length, AccessKind.LOAD), length);
  }

  /**
   * A view of guest memory for a system call to write, all of it or what {@link #received} says.
   *
   * @throws MemoryFault when a byte of it may not be written
   */
  public MemorySegment writable(long address, long length) {
    if (window.tags() != null) {
      throw new IllegalStateException("memory with tags is written through Window");
    }
    return length == 0
        ? MemorySegment.NULL
        : window.segment(reach(address, length, AccessKind.STORE), length);
  }

  /**
   * Says how much of what {@link #writable} gave was written, from the start of the first view on.
   *
   * @param result bytes, or an error
   * @return {@code result}
   */
  public long received(long result) {
    return result;
  }

  /**
   * Checks that bytes may be written.
   *
   * @throws MemoryFault when one may not
   */
  public final void requireWritable(long address, long length) {
    window.segment(reach(address, length, AccessKind.STORE), length);
  }

  /**
   * Where the kernel writes after the running call has ended, on behalf of its caller.
   *
   * @return the address in the window, or 0 where the caller itself may not write; pages are
   *     checked when it is written
   */
  public long laterWritten(long address, long length) {
    return address;
  }

  /** Whether all bytes of a range may be read. */
  public final boolean isReadable(long address, long length) {
    return isAccessible(address, length, AccessKind.LOAD);
  }

  /** Whether all bytes of a range may be written. */
  public final boolean isWritable(long address, long length) {
    return isAccessible(address, length, AccessKind.STORE);
  }

  private boolean isAccessible(long address, long length, AccessKind kind) {
    try {
      long at = reach(address, length, kind);
      return length == 0 || window.segment(at, length) != null;
    } catch (MemoryFault e) {
      return false;
    }
  }

  private long stored(long address, int size) {
    long at = reach(address, size, AccessKind.STORE);
    if (window.tags() != null) {
      window.tags().clear(at, size);
    }
    return at;
  }

  /** An aligned word, as a volatile read. */
  public final int getIntVolatile(long address) {
    return (int) WORD.getVolatile(readable(address, Integer.BYTES), 0L);
  }

  /** Changes an aligned word atomically if it has an expected value; whether it had. */
  public final boolean compareAndSetInt(long address, int expected, int value) {
    if (window.tags() == null) {
      return WORD.compareAndSet(writable(address, Integer.BYTES), 0L, expected, value);
    }
    long at = reach(address, Integer.BYTES, AccessKind.STORE);
    return window.tags().compareAndSetInteger(at, Integer.BYTES, expected, value);
  }

  public int getByte(long address) {
    return Memory.loadUnsignedByte(window, reach(address, 1, AccessKind.LOAD));
  }

  public int getShort(long address) {
    return Memory.loadUnsignedShort(window, reach(address, 2, AccessKind.LOAD));
  }

  public int getInt(long address) {
    return Memory.loadInt(window, reach(address, 4, AccessKind.LOAD));
  }

  public long getLong(long address) {
    return Memory.loadLong(window, reach(address, 8, AccessKind.LOAD));
  }

  public void putByte(long address, int value) {
    Memory.storeByte(window, stored(address, 1), (byte) value);
  }

  public void putShort(long address, int value) {
    Memory.storeShort(window, stored(address, 2), (short) value);
  }

  public void putInt(long address, int value) {
    Memory.storeInt(window, stored(address, 4), value);
  }

  public void putLong(long address, long value) {
    Memory.storeLong(window, stored(address, 8), value);
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
      MemorySegment source = MemorySegment.ofArray(bytes).asSlice(from, length);
      window.write(reach(address, length, AccessKind.STORE), source);
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
      long most = Math.min(Window.PAGE - (start & (Window.PAGE - 1)), limit - length);
      int chunk = (int) extent(start, most);
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
