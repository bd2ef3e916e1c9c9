package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.LONG;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalFile;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls that read and write open files. */
final class TransferCalls {
  /** RWF_HIPRI: only a hint. */
  private static final int RWF_HINTS = 1;

  private TransferCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(61, "getdents64", TransferCalls::readFolder, FD, Argument.bytesOut(2), LONG);
    table.add(62, "lseek", TransferCalls::seek, FD, LONG, INT);
    table.add(63, "read", TransferCalls::read, FD, Argument.bytesOut(2), LONG);
    table.add(64, "write", TransferCalls::write, FD, Argument.bytesIn(2), LONG);
    table.add(65, "readv", TransferCalls::readv, FD, ADDRESS, INT);
    table.add(66, "writev", TransferCalls::writev, FD, ADDRESS, INT);
    table.add(67, "pread64", TransferCalls::pread, FD, Argument.bytesOut(2), LONG, LONG);
    table.add(68, "pwrite64", TransferCalls::pwrite, FD, Argument.bytesIn(2), LONG, LONG);
    table.add(
        69,
        "preadv",
        (t, fd, v, n, o, high) -> preadv(t, fd, v, n, o),
        FD,
        ADDRESS,
        INT,
        LONG,
        LONG);
    table.add(
        70,
        "pwritev",
        (t, fd, v, n, o, high) -> pwritev(t, fd, v, n, o),
        FD,
        ADDRESS,
        INT,
        LONG,
        LONG);
    table.add(
        286,
        "preadv2",
        (t, fd, v, n, o, high, flags) -> vector2(false, t, fd, v, n, o, flags),
        FD,
        ADDRESS,
        INT,
        LONG,
        LONG,
        HEX);
    table.add(
        287,
        "pwritev2",
        (t, fd, v, n, o, high, flags) -> vector2(true, t, fd, v, n, o, flags),
        FD,
        ADDRESS,
        INT,
        LONG,
        LONG,
        HEX);
  }

  private static MemorySegment readable(Task task, long address, long count) {
    return task.memory().readable(address, Math.min(count, Argument.MAX_TRANSFER));
  }

  private static MemorySegment writable(Task task, long address, long count) {
    return task.memory().writable(address, Math.min(count, Argument.MAX_TRANSFER));
  }

  /** Runs a call on the file of a descriptor that was opened for reading. */
  private static long reading(Task task, long descriptor, DescriptorTable.Use use) {
    return task.process()
        .descriptors()
        .with(descriptor, file -> file.isReadable() ? use.apply(file) : Errno.EBADF);
  }

  /** Runs a call on the file of a descriptor that was opened for writing. */
  private static long writing(Task task, long descriptor, DescriptorTable.Use use) {
    return task.process()
        .descriptors()
        .with(descriptor, file -> file.isWritable() ? use.apply(file) : Errno.EBADF);
  }

  private static long read(Task task, long descriptor, long buffer, long count) {
    return reading(
        task,
        descriptor,
        file -> {
          if (count < 0) {
            return Errno.EINVAL;
          }
          MemorySegment to = writable(task, buffer, count);
          return Transfer.in(
              task,
              file,
              () ->
                  file instanceof SignalFile signals
                      ? signals.read(task.signals(), to)
                      : file.read(to));
        });
  }

  private static long write(Task task, long descriptor, long buffer, long count) {
    return writing(
        task,
        descriptor,
        file -> {
          if (count < 0) {
            return Errno.EINVAL;
          }
          MemorySegment[] from = {readable(task, buffer, count)};
          return Transfer.out(task, file, from, left -> file.write(left[0]));
        });
  }

  private static long readv(Task task, long descriptor, long vector, long count) {
    return reading(
        task,
        descriptor,
        file -> {
          MemorySegment[] to = Transfer.vector(task, vector, (int) count, true);
          return to == null ? Errno.EINVAL : Transfer.in(task, file, () -> file.readv(to));
        });
  }

  private static long writev(Task task, long descriptor, long vector, long count) {
    return writing(
        task,
        descriptor,
        file -> {
          MemorySegment[] from = Transfer.vector(task, vector, (int) count, false);
          return from == null ? Errno.EINVAL : Transfer.out(task, file, from, file::writev);
        });
  }

  private static long pread(Task task, long descriptor, long buffer, long count, long offset) {
    if (offset < 0 || count < 0) {
      return Errno.EINVAL;
    }
    return reading(
        task,
        descriptor,
        file -> {
          MemorySegment to = writable(task, buffer, count);
          return task.memory().received(repeat(() -> file.pread(to, offset)));
        });
  }

  private static long pwrite(Task task, long descriptor, long buffer, long count, long offset) {
    if (offset < 0 || count < 0) {
      return Errno.EINVAL;
    }
    return writing(
        task, descriptor, file -> repeat(() -> file.pwrite(readable(task, buffer, count), offset)));
  }

  private static long preadv(Task task, long descriptor, long vector, long count, long offset) {
    return reading(
        task,
        descriptor,
        file ->
            task.memory()
                .received(
                    each(Transfer.vector(task, vector, (int) count, true), offset, file::pread)));
  }

  private static long pwritev(Task task, long descriptor, long vector, long count, long offset) {
    return writing(
        task,
        descriptor,
        file -> each(Transfer.vector(task, vector, (int) count, false), offset, file::pwrite));
  }

  /** preadv2 and pwritev2: an offset of -1 means the file's own position. */
  private static long vector2(
      boolean write, Task task, long fd, long vector, long count, long offset, long flags) {
    if ((flags & ~RWF_HINTS) != 0) {
      return Errno.EOPNOTSUPP;
    }
    if (write) {
      return offset == -1
          ? writev(task, fd, vector, count)
          : pwritev(task, fd, vector, count, offset);
    }
    return offset == -1 ? readv(task, fd, vector, count) : preadv(task, fd, vector, count, offset);
  }

  /** A transfer of one segment at an offset. */
  @FunctionalInterface
  private interface Positioned {
    long apply(MemorySegment segment, long offset);
  }

  private static long each(MemorySegment[] segments, long offset, Positioned transfer) {
    if (segments == null || offset < 0) {
      return Errno.EINVAL;
    }
    long total = 0;
    for (MemorySegment segment : segments) {
      long at = offset + total;
      long n = repeat(() -> transfer.apply(segment, at));
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

  private static long repeat(LongSupplier attempt) {
    long n;
    do {
      n = attempt.getAsLong();
    } while (n == Errno.EINTR);
    return n;
  }

  private static long seek(Task task, long descriptor, long offset, long whence) {
    return task.process().descriptors().with(descriptor, file -> file.seek(offset, (int) whence));
  }

  private static long readFolder(Task task, long descriptor, long buffer, long count) {
    return task.process()
        .descriptors()
        .with(
            descriptor,
            file ->
                count < 0
                    ? Errno.EINVAL
                    : task.memory().received(listing(file, writable(task, buffer, count))));
  }

  private static long listing(OpenFile file, MemorySegment to) {
    return file.folder() == null ? Errno.ENOTDIR : file.readDirectory(to);
  }
}
