package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Calls of the host's kernel with Java arguments. Results are values or negative errors.
 *
 * <p>Calls that the host interrupts are repeated: the JVM's own signals are no business of guests.
 */
public final class Host {
  public static final int POLLIN = 1;
  public static final int POLLOUT = 4;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_GETFD = 1;
  public static final int F_GETFL = 3;

  /** SPLICE_F_NONBLOCK. */
  public static final int SPLICE_NONBLOCK = 2;

  public static final int F_SETFL = 4;

  /** The largest number of segments of one vector transfer. */
  public static final int VECTOR_LIMIT = 1024;

  private static final int TCGETS = 0x5401;
  private static final long NANOS = 1_000_000_000L;

  private Host() {}

  /** The host's number of the calling thread. */
  public static int threadNumber() {
    return (int) HostSystem.call(HostNumbers.GETTID);
  }

  public static long close(int descriptor) {
    return HostSystem.call(HostNumbers.CLOSE, descriptor);
  }

  /**
   * Waits until a descriptor is ready.
   *
   * @param wakeDescriptor ends the wait when it becomes readable
   * @param deadline of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
   * @return the events that are ready, 0 after the deadline, {@link Errno#RESTART} when only the
   *     wake descriptor is ready, or another error
   */
  public static long await(int descriptor, int events, int wakeDescriptor, long deadline) {
    MemorySegment scratch = Scratch.get().memory();
    while (true) {
      scratch.set(ValueLayout.JAVA_INT, 0, descriptor);
      scratch.set(ValueLayout.JAVA_INT, 4, events & 0xffff);
      scratch.set(ValueLayout.JAVA_INT, 8, wakeDescriptor);
      scratch.set(ValueLayout.JAVA_INT, 12, POLLIN);
      long timeout = 0;
      if (deadline != Long.MAX_VALUE) {
        long left = Math.max(0, deadline - System.nanoTime());
        scratch.set(ValueLayout.JAVA_LONG, 16, left / NANOS);
        scratch.set(ValueLayout.JAVA_LONG, 24, left % NANOS);
        timeout = scratch.address() + 16;
      }
      long n = HostSystem.call(HostNumbers.PPOLL, scratch.address(), 2, timeout, 0, 8);
      if (n == Errno.EINTR) {
        continue;
      }
      if (n < 0) {
        return n;
      }
      int ready = scratch.get(ValueLayout.JAVA_SHORT, 6) & 0xffff;
      if (ready != 0) {
        return ready;
      }
      return n == 0 ? 0 : Errno.RESTART;
    }
  }

  public static long read(int descriptor, MemorySegment to) {
    return HostSystem.call(HostNumbers.READ, descriptor, to.address(), to.byteSize());
  }

  public static long write(int descriptor, MemorySegment from) {
    return HostSystem.call(HostNumbers.WRITE, descriptor, from.address(), from.byteSize());
  }

  public static long pread(int descriptor, MemorySegment to, long offset) {
    return HostSystem.call(HostNumbers.PREAD64, descriptor, to.address(), to.byteSize(), offset);
  }

  public static long pwrite(int descriptor, MemorySegment from, long offset) {
    return HostSystem.call(
        HostNumbers.PWRITE64, descriptor, from.address(), from.byteSize(), offset);
  }

  /** readv or writev, at most {@link #VECTOR_LIMIT} segments. */
  public static long vector(boolean write, int descriptor, MemorySegment[] segments) {
    MemorySegment scratch = Scratch.get().memory();
    int count = Math.min(segments.length, VECTOR_LIMIT);
    for (int i = 0; i < count; i++) {
      scratch.set(ValueLayout.JAVA_LONG, 16L * i, segments[i].address());
      scratch.set(ValueLayout.JAVA_LONG, 16L * i + 8, segments[i].byteSize());
    }
    return HostSystem.call(
        write ? HostNumbers.WRITEV : HostNumbers.READV, descriptor, scratch.address(), count);
  }

  /**
   * Moves data between two files, one of which is a pipe.
   *
   * @param given which of them have an offset of their own
   * @param offsets of those; they are advanced
   */
  public static long splice(
      int from, int to, boolean[] given, long[] offsets, long count, int flags) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_LONG, 0, offsets[0]);
    scratch.set(ValueLayout.JAVA_LONG, 8, offsets[1]);
    long n =
        HostSystem.call(
            HostNumbers.SPLICE,
            from,
            given[0] ? scratch.address() : 0,
            to,
            given[1] ? scratch.address() + 8 : 0,
            count,
            flags);
    offsets[0] = scratch.get(ValueLayout.JAVA_LONG, 0);
    offsets[1] = scratch.get(ValueLayout.JAVA_LONG, 8);
    return n;
  }

  /** Copies data from a pipe to a pipe, where it stays in the first one. */
  public static long tee(int from, int to, long count, int flags) {
    return HostSystem.call(HostNumbers.TEE, from, to, count, flags);
  }

  public static long seek(int descriptor, long offset, int whence) {
    return HostSystem.call(HostNumbers.LSEEK, descriptor, offset, whence);
  }

  /** Fills a buffer with linux_dirent64 records, which all architectures share. */
  public static long readFolder(int descriptor, MemorySegment to) {
    return HostSystem.call(HostNumbers.GETDENTS64, descriptor, to.address(), to.byteSize());
  }

  public static long truncate(int descriptor, long length) {
    return HostSystem.call(HostNumbers.FTRUNCATE, descriptor, length);
  }

  public static long allocate(int descriptor, int mode, long offset, long length) {
    return HostSystem.call(HostNumbers.FALLOCATE, descriptor, mode, offset, length);
  }

  public static long synchronize(int descriptor, boolean dataOnly) {
    return HostSystem.call(dataOnly ? HostNumbers.FDATASYNC : HostNumbers.FSYNC, descriptor);
  }

  public static long advise(int descriptor, long offset, long length, int advice) {
    return HostSystem.call(HostNumbers.FADVISE64, descriptor, offset, length, advice);
  }

  /** The 120 bytes of struct statfs, which x86-64 and the generic table share. */
  public static long fileSystemStatus(int descriptor, MemorySegment result) {
    MemorySegment scratch = Scratch.get().memory();
    long r = HostSystem.call(HostNumbers.FSTATFS, descriptor, scratch.address());
    if (r == 0) {
      MemorySegment.copy(scratch, 0, result, 0, 120);
    }
    return r;
  }

  public static long flock(int descriptor, int operation) {
    return HostSystem.call(HostNumbers.FLOCK, descriptor, operation);
  }

  /** fcntl with a number. */
  public static long control(int descriptor, int command, long argument) {
    return HostSystem.call(HostNumbers.FCNTL, descriptor, command, argument);
  }

  /** fcntl with a struct flock of 32 bytes, which is read and written. */
  public static long lock(int descriptor, int command, MemorySegment flock) {
    MemorySegment scratch = Scratch.get().memory();
    MemorySegment.copy(flock, 0, scratch, 0, 32);
    long r = HostSystem.call(HostNumbers.FCNTL, descriptor, command, scratch.address());
    MemorySegment.copy(scratch, 0, flock, 0, 32);
    return r;
  }

  /** ioctl with a structure of at most 256 bytes, which is read and written. */
  public static long ioctl(int descriptor, long request, byte[] structure) {
    MemorySegment scratch = Scratch.get().memory();
    MemorySegment.copy(structure, 0, scratch, ValueLayout.JAVA_BYTE, 0, structure.length);
    long r = HostSystem.call(HostNumbers.IOCTL, descriptor, request, scratch.address());
    MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 0, structure, 0, structure.length);
    return r;
  }

  /** Makes an event counter readable. */
  public static void raise(int counter) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_LONG, 0, 1);
    HostSystem.call(HostNumbers.WRITE, counter, scratch.address(), 8);
  }

  /** Takes everything out of an event counter. */
  public static void clear(int counter) {
    HostSystem.call(HostNumbers.READ, counter, Scratch.get().address(), 8);
  }

  /** Fills memory with random bytes. */
  public static long random(MemorySegment to) {
    return HostSystem.call(HostNumbers.GETRANDOM, to.address(), to.byteSize(), 0);
  }

  /** Whether a descriptor is ready, or in a state in which a transfer does not wait. */
  public static boolean isReady(int descriptor, int events) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, descriptor);
    scratch.set(ValueLayout.JAVA_INT, 4, events);
    scratch.set(ValueLayout.JAVA_LONG, 16, 0);
    scratch.set(ValueLayout.JAVA_LONG, 24, 0);
    return HostSystem.call(HostNumbers.PPOLL, scratch.address(), 1, scratch.address() + 16, 0, 8)
        > 0;
  }

  public static boolean isTerminal(int descriptor) {
    return HostSystem.call(HostNumbers.IOCTL, descriptor, TCGETS, Scratch.get().address()) == 0;
  }
}
