package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.kernel.host.abi.Errno;

/**
 * An open file description: what descriptors refer to, shared by {@code dup} and by processes.
 *
 * <p>It is counted: a descriptor holds a reference, and so does every call in progress, so that a
 * host descriptor is never closed, and its number never reused, under a call. Results are values or
 * negative errors of {@link Errno}. Memory segments are guest memory that was checked.
 */
public abstract class OpenFile {
  /** Status flags that fcntl(F_SETFL) can change. */
  public static final int CHANGEABLE_FLAGS = OpenFlags.APPEND | OpenFlags.NONBLOCK;

  private final AtomicInteger references = new AtomicInteger(1);
  private volatile int flags;

  /**
   * @param flags access mode and status flags as open(2) takes them
   */
  protected OpenFile(int flags) {
    this.flags = flags;
  }

  /** Adds a reference; false when the last one is gone already. */
  public final boolean retain() {
    int n;
    do {
      n = references.get();
      if (n == 0) {
        return false;
      }
    } while (!references.compareAndSet(n, n + 1));
    return true;
  }

  /** Drops a reference and closes with the last one. */
  public final void release() {
    if (references.decrementAndGet() == 0) {
      close();
    }
  }

  /** Gives back what the file holds. Called once, by the last {@link #release}. */
  protected void close() {}

  /** Access mode and status flags, as fcntl(F_GETFL) returns them. */
  public int flags() {
    return flags;
  }

  /** fcntl(F_SETFL): changes the flags of {@link #CHANGEABLE_FLAGS}. */
  public long setFlags(int changed) {
    flags = flags & ~CHANGEABLE_FLAGS | changed & CHANGEABLE_FLAGS;
    return 0;
  }

  public final boolean isReadable() {
    return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.WRITE_ONLY && (flags & OpenFlags.PATH) == 0;
  }

  public final boolean isWritable() {
    return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.READ_ONLY && (flags & OpenFlags.PATH) == 0;
  }

  public final boolean isNonblocking() {
    return (flags & OpenFlags.NONBLOCK) != 0;
  }

  /** The host descriptor behind this file, or -1 when there is none. */
  public int hostDescriptor() {
    return -1;
  }

  /**
   * Whether a read or write may have to wait. Its host descriptor is then in non-blocking mode (or
   * treated so): {@link #read} and {@link #write} return EAGAIN instead of waiting, and the system
   * call waits for the host descriptor together with the task's wake descriptor.
   */
  public boolean mayBlock() {
    return false;
  }

  /**
   * The host descriptor that tells whether a transfer would wait, for poll and epoll, or -1 when
   * none would.
   */
  public int readinessDescriptor() {
    return hostDescriptor();
  }

  /** What shared mappings show, when it is not a copy of what the file reads as; otherwise null. */
  public SharedPages sharedPages() {
    return null;
  }

  /** How long reading waits in nanoseconds, negative for ever (SO_RCVTIMEO). */
  public long receiveTimeout() {
    return -1;
  }

  /** How long writing waits in nanoseconds, negative for ever (SO_SNDTIMEO). */
  public long sendTimeout() {
    return -1;
  }

  /** For a directory, where paths relative to it start; null for other files. */
  public Folder folder() {
    return null;
  }

  /** Where /proc/self/fd/N points to, as a guest sees it. */
  public abstract String name();

  /** Reads at the file position and advances it; the number of bytes, 0 at the end. */
  public long read(MemorySegment to) {
    return Errno.EINVAL;
  }

  /** Writes at the file position and advances it. */
  public long write(MemorySegment from) {
    return Errno.EINVAL;
  }

  /** Reads into several buffers as one operation. */
  public long readv(MemorySegment[] to) {
    return transferEach(to, this::read);
  }

  /** Writes several buffers as one operation. */
  public long writev(MemorySegment[] from) {
    return transferEach(from, this::write);
  }

  /** Reads at an offset. */
  public long pread(MemorySegment to, long offset) {
    return Errno.ESPIPE;
  }

  /** Writes at an offset. */
  public long pwrite(MemorySegment from, long offset) {
    return Errno.ESPIPE;
  }

  /**
   * Moves the file position.
   *
   * @return the new position
   */
  public long seek(long offset, int whence) {
    return Errno.ESPIPE;
  }

  /** Fills in what fstat shows. */
  public abstract long status(FileStatus status);

  /** Fills a buffer with linux_dirent64 records. */
  public long readDirectory(MemorySegment to) {
    return Errno.ENOTDIR;
  }

  public long truncate(long length) {
    return Errno.EINVAL;
  }

  /** shutdown(2): SHUT_RD 0, SHUT_WR 1, or both, 2. */
  public long shutDown(int how) {
    return Errno.ENOTSOCK;
  }

  /** Writes data to the device. */
  public long synchronize(boolean dataOnly) {
    return Errno.EINVAL;
  }

  public long changeMode(int mode) {
    return Errno.EROFS;
  }

  public long changeOwner(int user, int group) {
    return Errno.EROFS;
  }

  /**
   * @param times two struct timespec, or null for now
   */
  public long changeTimes(MemorySegment times) {
    return Errno.EROFS;
  }

  /** One transfer of {@link #transferEach}. */
  @FunctionalInterface
  protected interface Transfer {
    long apply(MemorySegment segment);
  }

  /** Transfers buffers one after the other until one is not filled. */
  protected static long transferEach(MemorySegment[] segments, Transfer transfer) {
    long total = 0;
    for (MemorySegment segment : segments) {
      if (segment.byteSize() == 0) {
        continue;
      }
      long n = transfer.apply(segment);
      if (n < 0) {
        return total > 0 ? total : n;
      }
      total += n;
      if (n < segment.byteSize()) {
        break;
      }
    }
    return total;
  }
}
