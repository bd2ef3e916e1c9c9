package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;

/** Transfers that wait, as the file's flags say, and are interrupted by signals. */
final class Transfer {
  private Transfer() {}

  /** Tries until the file has something, its end or its timeout was reached, or a signal came. */
  static long in(Task task, OpenFile file, LongSupplier attempt) {
    while (true) {
      long n = attempt.getAsLong();
      if (n == Errno.EINTR) {
        continue;
      }
      if (n != Errno.EAGAIN || !file.mayBlock() || file.isNonblocking()) {
        return task.memory().received(n);
      }
      long ready = task.await(file.readinessDescriptor(), Host.POLLIN, file.receiveTimeout());
      if (ready <= 0) {
        return ready == 0 ? Errno.EAGAIN : ready;
      }
    }
  }

  /**
   * Writes segments completely, unless the file does not wait, its timeout is reached or a signal
   * comes. EPIPE makes the system call send SIGPIPE.
   */
  static long out(
      Task task, OpenFile file, MemorySegment[] segments, ToLongFunction<MemorySegment[]> write) {
    long total = 0;
    MemorySegment[] left = segments;
    while (true) {
      long n = write.applyAsLong(left);
      if (n == Errno.EINTR) {
        continue;
      }
      if (n >= 0) {
        total += n;
        left = after(left, n);
      }
      boolean waits = file.mayBlock() && !file.isNonblocking();
      if (!waits || n < 0 && n != Errno.EAGAIN || left.length == 0) {
        return n < 0 && total == 0 ? n : total;
      }
      long ready = task.await(file.readinessDescriptor(), Host.POLLOUT, file.sendTimeout());
      if (ready <= 0) {
        return total > 0 ? total : ready == 0 ? Errno.EAGAIN : ready;
      }
    }
  }

  /** What is left of segments behind the first n bytes. */
  private static MemorySegment[] after(MemorySegment[] segments, long n) {
    long skip = n;
    int first = 0;
    while (first < segments.length && skip >= segments[first].byteSize()) {
      skip -= segments[first].byteSize();
      first++;
    }
    MemorySegment[] left = new MemorySegment[segments.length - first];
    System.arraycopy(segments, first, left, 0, left.length);
    if (skip > 0) {
      left[0] = left[0].asSlice(skip);
    }
    return left;
  }

  /**
   * The segments of a guest's struct iovec array, or null when it is not valid.
   *
   * @throws org.capvm.runtime.memory.MemoryFault when memory is not accessible
   */
  static MemorySegment[] vector(Task task, long address, long count, boolean writable) {
    if (count < 0 || count > Host.VECTOR_LIMIT) {
      return null;
    }
    GuestMemory memory = task.memory();
    MemorySegment[] segments = new MemorySegment[(int) count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      long entry = address + 2L * memory.pointerSize() * i;
      long base = memory.pointer(entry);
      long length = memory.getLong(entry + memory.pointerSize());
      if (length < 0) {
        return null;
      }
      length = Math.min(length, Argument.MAX_TRANSFER - total);
      total += length;
      segments[i] = writable ? memory.writable(base, length) : memory.readable(base, length);
    }
    return segments;
  }
}
