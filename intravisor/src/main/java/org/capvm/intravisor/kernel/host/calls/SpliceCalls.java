package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/**
 * Calls that move data between a pipe and something else, by the host's calls of the same names.
 */
final class SpliceCalls {
  private static final int F_GETPIPE_SZ = 1032;
  private static final int NONBLOCK = Host.SPLICE_NONBLOCK;
  private static final int FLAGS = 15;

  private SpliceCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(
        75,
        "vmsplice",
        SpliceCalls::memory,
        Argument.FD,
        Argument.ADDRESS,
        Argument.LONG,
        Argument.HEX);
    table.add(
        76,
        "splice",
        SpliceCalls::splice,
        Argument.FD,
        Argument.outOrNull(8),
        Argument.FD,
        Argument.outOrNull(8),
        Argument.LONG,
        Argument.HEX);
    table.add(77, "tee", SpliceCalls::tee, Argument.FD, Argument.FD, Argument.LONG, Argument.HEX);
  }

  private static boolean isPipe(OpenFile file) {
    // A FIFO is a file that may block; sockets are files of their own kind.
    return file instanceof EventFile event
        ? event.kind() == EventFile.Kind.PIPE
        : file.hostDescriptor() >= 0 && Host.control(file.hostDescriptor(), F_GETPIPE_SZ, 0) > 0;
  }

  /** What a call does with a file to read from and one to write to. */
  @FunctionalInterface
  private interface Use {
    long apply(OpenFile from, OpenFile to);
  }

  private static long with(Task task, long from, long to, Use use) {
    return task.process()
        .descriptors()
        .with(
            from,
            in ->
                task.process()
                    .descriptors()
                    .with(
                        to,
                        out ->
                            in.isReadable() && out.isWritable()
                                ? use.apply(in, out)
                                : Errno.EBADF));
  }

  private static long splice(
      Task task, long from, long fromOffset, long to, long toOffset, long count, long flags) {
    if ((flags & ~FLAGS) != 0) {
      return Errno.EINVAL;
    }
    if (count == 0) {
      return 0;
    }
    return with(
        task,
        from,
        to,
        (in, out) -> {
          if (isPipe(in) && fromOffset != 0 || isPipe(out) && toOffset != 0) {
            return Errno.ESPIPE;
          }
          GuestMemory memory = task.memory();
          long[] offsets = {
            fromOffset == 0 ? 0 : memory.getLong(fromOffset),
            toOffset == 0 ? 0 : memory.getLong(toOffset)
          };
          boolean[] given = {fromOffset != 0, toOffset != 0};
          long moved =
              move(
                  task,
                  in,
                  out,
                  flags,
                  () ->
                      Host.splice(
                          in.hostDescriptor(),
                          out.hostDescriptor(),
                          given,
                          offsets,
                          count,
                          NONBLOCK));
          if (moved > 0 && fromOffset != 0) {
            memory.putLong(fromOffset, offsets[0]);
          }
          if (moved > 0 && toOffset != 0) {
            memory.putLong(toOffset, offsets[1]);
          }
          return moved;
        });
  }

  private static long tee(Task task, long from, long to, long count, long flags) {
    if ((flags & ~FLAGS) != 0) {
      return Errno.EINVAL;
    }
    if (count == 0) {
      return 0;
    }
    return with(
        task,
        from,
        to,
        (in, out) ->
            move(
                task,
                in,
                out,
                flags,
                () -> Host.tee(in.hostDescriptor(), out.hostDescriptor(), count, NONBLOCK)));
  }

  /** Tries until something was moved, waiting for whichever file is not ready. */
  private static long move(Task task, OpenFile in, OpenFile out, long flags, LongSupplier attempt) {
    if (in.hostDescriptor() < 0 || out.hostDescriptor() < 0) {
      return Errno.EINVAL;
    }
    while (true) {
      long n = attempt.getAsLong();
      if (n == Errno.EINTR) {
        continue;
      }
      if (n != Errno.EAGAIN || (flags & NONBLOCK) != 0) {
        return n;
      }
      boolean empty = in.mayBlock() && !Host.isReady(in.hostDescriptor(), Host.POLLIN);
      OpenFile awaited = empty ? in : out;
      if (!awaited.mayBlock() || awaited.isNonblocking()) {
        return n;
      }
      long ready = task.await(awaited.hostDescriptor(), empty ? Host.POLLIN : Host.POLLOUT, -1);
      if (ready < 0) {
        return ready;
      }
    }
  }

  /** Between a pipe and guest memory, which is copied: giving its pages away would change it. */
  private static long memory(Task task, long pipe, long vector, long count, long flags) {
    if ((flags & ~FLAGS) != 0) {
      return Errno.EINVAL;
    }
    return task.process()
        .descriptors()
        .with(
            pipe,
            file -> {
              if (!isPipe(file)) {
                return Errno.EBADF;
              }
              MemorySegment[] segments = Transfer.vector(task, vector, count, !file.isWritable());
              if (segments == null) {
                return Errno.EINVAL;
              }
              if ((flags & NONBLOCK) != 0) {
                return file.isWritable() ? file.writev(segments) : file.readv(segments);
              }
              return file.isWritable()
                  ? Transfer.out(task, file, segments, file::writev)
                  : Transfer.in(task, file, () -> file.readv(segments));
            });
  }
}
