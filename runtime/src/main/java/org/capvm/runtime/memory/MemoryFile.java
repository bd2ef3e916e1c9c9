package org.capvm.runtime.memory;

import java.lang.foreign.Arena;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Host memory that several windows can show at once: a memory file of the host of a fixed size,
 * without a name. Its pages are all there from the start and the host cannot take them away, so
 * that no access to a mapping of it ends the JVM.
 */
public final class MemoryFile implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_SEAL_SEAL = 1;
  private static final int F_SEAL_SHRINK = 2;
  private static final int F_SEAL_GROW = 4;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;

  private final int descriptor;
  private final long size;
  private boolean closed;

  private MemoryFile(int descriptor, long size) {
    this.descriptor = descriptor;
    this.size = size;
  }

  /**
   * Makes a file of zeroes.
   *
   * @param size in bytes, a positive multiple of {@link Window#PAGE}
   * @throws OutOfMemoryError when the host has no memory or no descriptors left
   */
  public static MemoryFile create(long size) {
    if (size <= 0 || size % Window.PAGE != 0) {
      throw new IllegalArgumentException("a memory file of " + size + " bytes");
    }
    int descriptor = (int) require(open(), "a memory file");
    MemoryFile file = new MemoryFile(descriptor, size);
    try {
      require(HostSystem.call(HostNumbers.FTRUNCATE, descriptor, size), "its size");
      // Without its pages a later access could find the host out of memory, which ends the JVM.
      require(HostSystem.call(HostNumbers.FALLOCATE, descriptor, 0, 0, size), size + " bytes");
      int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
      require(HostSystem.call(HostNumbers.FCNTL, descriptor, F_ADD_SEALS, seals), "its seals");
      return file;
    } catch (OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  private static long open() {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom("capvm-buffer").address();
      return HostSystem.call(HostNumbers.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
  }

  private static long require(long result, String what) {
    if (result < 0) {
      throw new OutOfMemoryError("the host refused " + what + ": errno " + -result);
    }
    return result;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /** Shows all of it at a host address; whether the host did. */
  synchronized boolean map(long address) {
    return !closed && HostMemory.share(address, size, descriptor, 0);
  }

  /** Shows a part of it at a host address, all bounds page-aligned; whether the host did. */
  synchronized boolean map(long address, long length, long offset) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new IllegalArgumentException("no such part of a memory file of " + size + " bytes");
    }
    return !closed && HostMemory.share(address, length, descriptor, offset);
  }

  /** Makes all of it zero, through whichever mapping it is looked at. */
  public synchronized void erase() {
    if (!closed) {
      int mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
      HostSystem.call(HostNumbers.FALLOCATE, descriptor, mode, 0, size);
      HostSystem.call(HostNumbers.FALLOCATE, descriptor, 0, 0, size);
    }
  }

  /** Gives the file back; its pages live as long as they are mapped. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      HostSystem.call(HostNumbers.CLOSE, descriptor);
    }
  }
}
