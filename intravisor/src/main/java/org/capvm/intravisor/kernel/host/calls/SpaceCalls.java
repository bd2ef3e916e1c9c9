package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.LONG;
import static org.capvm.intravisor.kernel.host.syscall.Argument.PATH;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostFiles;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls on the content of files as a whole: size, durability, copies between files. */
final class SpaceCalls {
  private static final int CHUNK = 256 * 1024;
  private static final int MEMFD_CLOEXEC = 1;
  private static final int MEMFD_KNOWN = 7;

  private SpaceCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(46, "ftruncate", SpaceCalls::truncate, FD, LONG);
    table.add(47, "fallocate", SpaceCalls::allocate, FD, HEX, LONG, LONG);
    table.add(71, "sendfile", SpaceCalls::sendFile, FD, FD, Argument.outOrNull(8), LONG);
    table.add(81, "sync", t -> 0);
    table.add(82, "fsync", (t, fd) -> synchronize(t, fd, false), FD);
    table.add(83, "fdatasync", (t, fd) -> synchronize(t, fd, true), FD);
    table.add(
        84, "sync_file_range", (t, fd, o, n, f) -> synchronize(t, fd, true), FD, LONG, LONG, HEX);
    table.add(267, "syncfs", (t, fd) -> synchronize(t, fd, false), FD);
    table.add(213, "readahead", (t, fd, o, n) -> with(t, fd, file -> 0), FD, LONG, LONG);
    table.add(223, "fadvise64", SpaceCalls::advise, FD, LONG, LONG, INT);
    table.add(279, "memfd_create", SpaceCalls::memoryFile, PATH, HEX);
    table.add(
        285,
        "copy_file_range",
        SpaceCalls::copyRange,
        FD,
        Argument.outOrNull(8),
        FD,
        Argument.outOrNull(8),
        LONG,
        HEX);
    for (int number = 5; number <= 16; number++) {
      table.add(
          number,
          ATTRIBUTE_CALLS[number - 5],
          (t, a, b, c, d) -> Errno.EOPNOTSUPP,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          LONG);
    }
  }

  /** Extended attributes, which no file has; numbers 5 to 16. */
  private static final String[] ATTRIBUTE_CALLS = {
    "setxattr", "lsetxattr", "fsetxattr", "getxattr", "lgetxattr", "fgetxattr",
    "listxattr", "llistxattr", "flistxattr", "removexattr", "lremovexattr", "fremovexattr"
  };

  private static long with(Task task, long descriptor, DescriptorTable.Use use) {
    return task.process().descriptors().with(descriptor, use);
  }

  private static long truncate(Task task, long descriptor, long length) {
    return with(
        task,
        descriptor,
        file -> length < 0 || !file.isWritable() ? Errno.EINVAL : file.truncate(length));
  }

  private static long allocate(Task task, long descriptor, long mode, long offset, long length) {
    return with(
        task,
        descriptor,
        file -> {
          if (!file.isWritable()) {
            return Errno.EBADF;
          }
          return file.hostDescriptor() < 0
              ? Errno.EOPNOTSUPP
              : Host.allocate(file.hostDescriptor(), (int) mode, offset, length);
        });
  }

  private static long synchronize(Task task, long descriptor, boolean dataOnly) {
    return with(task, descriptor, file -> file.synchronize(dataOnly));
  }

  private static long advise(Task task, long descriptor, long offset, long length, long advice) {
    return with(
        task,
        descriptor,
        file ->
            file.hostDescriptor() < 0
                ? 0
                : Host.advise(file.hostDescriptor(), offset, length, (int) advice));
  }

  /**
   * memfd_create: a file without a name in the private /tmp rather than in the host's memory, which
   * no limit of the cVM covers.
   */
  private static long memoryFile(Task task, long name, long flags) {
    String text = Paths.read(task, name);
    if (text == null || text.length() > 249 || (flags & ~MEMFD_KNOWN) != 0) {
      return Errno.EINVAL;
    }
    long host;
    FileSystem files = task.process().files().files();
    try (Place place = files.resolve(files.root(), "/tmp/", true)) {
      if (place.error() != 0) {
        return place.error();
      }
      int opened = OpenFlags.TEMPORARY | OpenFlags.READ_WRITE | OpenFlags.CLOSE_ON_EXEC;
      host = HostFiles.open(place.folder().hostDescriptor(), ".", opened, 0700);
    }
    if (host < 0) {
      return host;
    }
    OpenFile file =
        new HostFile(
            (int) host, OpenFlags.READ_WRITE, "/memfd:" + text + " (deleted)", false, null, true);
    return task.process().descriptors().add(file, (flags & MEMFD_CLOEXEC) != 0);
  }

  private static long sendFile(Task task, long to, long from, long offset, long count) {
    return with(
        task,
        to,
        target ->
            with(
                task,
                from,
                source ->
                    source.isReadable() && target.isWritable()
                        ? copy(task, source, offset, target, 0, count)
                        : Errno.EBADF));
  }

  private static long copyRange(
      Task task, long from, long fromOffset, long to, long toOffset, long count, long flags) {
    if (flags != 0) {
      return Errno.EINVAL;
    }
    return with(
        task,
        to,
        target ->
            with(
                task,
                from,
                source ->
                    source.isReadable() && target.isWritable()
                        ? copy(task, source, fromOffset, target, toOffset, count)
                        : Errno.EBADF));
  }

  /**
   * Copies between files through a buffer.
   *
   * @param fromOffset guest address of the offset to read at and to advance, or 0 for the position
   * @param toOffset the same for writing
   */
  private static long copy(
      Task task, OpenFile from, long fromOffset, OpenFile to, long toOffset, long count) {
    if (count < 0) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    long readAt = fromOffset == 0 ? -1 : memory.getLong(fromOffset);
    long writeAt = toOffset == 0 ? -1 : memory.getLong(toOffset);
    long left = Math.min(count, Argument.MAX_TRANSFER);
    long total = 0;
    long error = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.clamp(left, 1, CHUNK));
      while (left > 0) {
        MemorySegment part = buffer.asSlice(0, Math.min(left, buffer.byteSize()));
        long at = readAt + total;
        long n =
            fromOffset == 0 ? Transfer.in(task, from, () -> from.read(part)) : from.pread(part, at);
        if (n <= 0) {
          error = n;
          break;
        }
        long written = write(task, to, toOffset == 0 ? -1 : writeAt + total, part.asSlice(0, n));
        if (written < n && fromOffset == 0) {
          from.seek(Math.max(written, 0) - n, 1);
        }
        if (written < 0) {
          error = written;
          break;
        }
        total += written;
        left -= written;
        if (written < n || n < part.byteSize()) {
          break;
        }
      }
    }
    if (fromOffset != 0 && total > 0) {
      memory.putLong(fromOffset, readAt + total);
    }
    if (toOffset != 0 && total > 0) {
      memory.putLong(toOffset, writeAt + total);
    }
    return total > 0 ? total : error;
  }

  private static long write(Task task, OpenFile to, long offset, MemorySegment data) {
    return offset >= 0
        ? to.pwrite(data, offset)
        : Transfer.out(task, to, new MemorySegment[] {data}, segments -> to.write(segments[0]));
  }
}
