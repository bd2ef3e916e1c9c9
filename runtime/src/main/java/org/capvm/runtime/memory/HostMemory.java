package org.capvm.runtime.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * The host's virtual memory calls.
 *
 * <p>Memory comes from mmap and never from {@code Unsafe.allocateMemory}: pages must be given back,
 * and later remapped, one by one.
 */
final class HostMemory {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 0x01;
  private static final int MAP_PRIVATE = 0x02;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MADV_DONTNEED = 4;

  /** All of memory, for copies that make no segment of their target. */
  private static final MemorySegment EVERYTHING = segment(0, Long.MAX_VALUE);

  private HostMemory() {}

  /**
   * Reserves zeroed, lazily committed memory.
   *
   * @param size in bytes, a multiple of the host's page size
   * @return the host address
   * @throws OutOfMemoryError when the host has no address space left
   */
  static long reserve(long size) {
    long address =
        HostSystem.call(
            HostNumbers.MMAP,
            0,
            size,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0);
    if (address < 0 && address > -4096) {
      throw new OutOfMemoryError("the host refused to reserve " + size + " bytes for a window");
    }
    return address;
  }

  /** Gives a reservation back to the host. */
  static void release(long address, long size) {
    HostSystem.call(HostNumbers.MUNMAP, address, size);
  }

  /** Gives the pages back to the host; they read as zero afterwards. Both bounds page-aligned. */
  static void discard(long address, long size) {
    long result = HostSystem.call(HostNumbers.MADVISE, address, size, MADV_DONTNEED);
    if (result != 0) {
      throw new IllegalArgumentException(
          "madvise refused [0x%x, +0x%x): errno %d".formatted(address, size, -result));
    }
  }

  /**
   * Shows pages of a host file in place of what was there.
   *
   * @return whether the host did it
   */
  static boolean share(long address, long size, int descriptor, long offset) {
    return HostSystem.call(
            HostNumbers.MMAP,
            address,
            size,
            PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
            descriptor,
            offset)
        == address;
  }

  /**
   * Puts fresh zeroed pages in place of what was there, at once.
   *
   * @throws OutOfMemoryError when the host has too many mappings already
   */
  static void renew(long address, long size) {
    long result =
        HostSystem.call(
            HostNumbers.MMAP,
            address,
            size,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
            -1,
            0);
    if (result != address) {
      throw new OutOfMemoryError("the host refused to renew pages: errno " + -result);
    }
  }

  /** Copies bytes to raw host memory. */
  static void write(long address, MemorySegment bytes) {
    MemorySegment.copy(bytes, 0, EVERYTHING, address, bytes.byteSize());
  }

  /** A segment over raw host memory, for bulk transfers between guest memory and channels. */
  static MemorySegment segment(long address, long size) {
    return segment(address, size, Arena.global());
  }

  /** A segment over raw host memory until an arena is closed. */
  @SuppressWarnings("restricted") // whoever made the mapping says where it ends
  static MemorySegment segment(long address, long size, Arena arena) {
    return MemorySegment.ofAddress(address).reinterpret(size, arena, null);
  }

  /** The same for the life of an arena, which does something when it is closed. */
  @SuppressWarnings("restricted") // bounds were checked by the window
  static MemorySegment segment(
      long address, long size, Arena lifetime, Consumer<MemorySegment> atItsEnd) {
    return MemorySegment.ofAddress(address).reinterpret(size, lifetime, atItsEnd);
  }
}
