package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls on file descriptors as such: close, duplicate, flags. */
final class DescriptorCalls {
  private static final int F_DUPFD = 0;
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_GETLK = 5;
  private static final int F_SETLK = 6;
  private static final int F_SETLKW = 7;
  private static final int F_SETOWN = 8;
  private static final int F_GETOWN = 9;
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int F_GETPIPE_SZ = 1032;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;

  /** As /proc/sys/fs/pipe-max-size has it for ordinary users: pipes are the host's memory. */
  private static final int LARGEST_PIPE = 1 << 20;

  private static final int CLOSE_RANGE_CLOEXEC = 4;

  private DescriptorCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(23, "dup", DescriptorCalls::duplicate, FD);
    table.add(24, "dup3", DescriptorCalls::duplicateTo, FD, FD, HEX);
    table.add(25, "fcntl", DescriptorCalls::control, FD, INT, HEX);
    table.add(32, "flock", FileLocks::flock, FD, INT);
    table.add(57, "close", (t, fd) -> t.process().descriptors().close(fd), FD);
    table.add(436, "close_range", DescriptorCalls::closeRange, FD, FD, HEX);
    table.add(29, "ioctl", DeviceControl::control, FD, HEX, ADDRESS);
  }

  private static long duplicate(Task task, long descriptor) {
    return duplicate(task, descriptor, 0, false);
  }

  private static long duplicate(Task task, long descriptor, int minimum, boolean onExec) {
    DescriptorTable table = task.process().descriptors();
    if (minimum < 0 || minimum >= DescriptorTable.LIMIT) {
      return Errno.EINVAL;
    }
    OpenFile file = table.acquire(descriptor);
    return file == null ? Errno.EBADF : table.add(file, onExec, minimum);
  }

  private static long duplicateTo(Task task, long from, long to, long flags) {
    if ((int) from == (int) to || (flags & ~OpenFlags.CLOSE_ON_EXEC) != 0) {
      return Errno.EINVAL;
    }
    DescriptorTable table = task.process().descriptors();
    OpenFile file = table.acquire(from);
    return file == null ? Errno.EBADF : table.replace((int) to, file, flags != 0);
  }

  private static long control(Task task, long descriptor, long command, long argument) {
    DescriptorTable table = task.process().descriptors();
    return switch ((int) command) {
      case F_DUPFD -> duplicate(task, descriptor, (int) argument, false);
      case F_DUPFD_CLOEXEC -> duplicate(task, descriptor, (int) argument, true);
      case F_GETFD -> table.closeOnExec(descriptor);
      case F_SETFD -> table.setCloseOnExec(descriptor, (argument & 1) != 0);
      case F_GETFL -> table.with(descriptor, file -> file.flags() | OpenFlags.LARGE_FILE);
      case F_SETFL -> table.with(descriptor, file -> file.setFlags((int) argument));
      case F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW ->
          table.with(descriptor, file -> FileLocks.control(task, file, (int) command, argument));
      case F_GETOWN -> table.with(descriptor, file -> 0);
      case F_SETOWN -> table.with(descriptor, file -> 0);
      case F_SETPIPE_SZ ->
          Integer.compareUnsigned((int) argument, LARGEST_PIPE) > 0
              ? Errno.EPERM
              : pass(table, descriptor, command, argument);
      case F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS -> pass(table, descriptor, command, argument);
      default -> table.with(descriptor, file -> Errno.EINVAL);
    };
  }

  /** What the host's file answers. */
  private static long pass(DescriptorTable table, long descriptor, long command, long argument) {
    return table.with(
        descriptor,
        file ->
            file.hostDescriptor() < 0
                ? Errno.EINVAL
                : Host.control(file.hostDescriptor(), (int) command, argument));
  }

  private static long closeRange(Task task, long first, long last, long flags) {
    if (Integer.compareUnsigned((int) first, (int) last) > 0) {
      return Errno.EINVAL;
    }
    DescriptorTable table = task.process().descriptors();
    for (int fd : table.inUse()) {
      if (Integer.compareUnsigned(fd, (int) first) >= 0
          && Integer.compareUnsigned(fd, (int) last) <= 0) {
        if ((flags & CLOSE_RANGE_CLOEXEC) != 0) {
          table.setCloseOnExec(fd, true);
        } else {
          table.close(fd);
        }
      }
    }
    return 0;
  }
}
