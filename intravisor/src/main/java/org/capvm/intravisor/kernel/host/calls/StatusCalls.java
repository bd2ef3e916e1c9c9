package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.DIRECTORY;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.MODE;
import static org.capvm.intravisor.kernel.host.syscall.Argument.PATH;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls that show and change what is known about files. */
final class StatusCalls {
  private static final long PROC_SUPER_MAGIC = 0x9fa0;
  private static final int NAME_LIMIT = 255;

  private StatusCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(
        79,
        "newfstatat",
        StatusCalls::statusAt,
        DIRECTORY,
        PATH,
        Argument.out(StatusLayout.STAT_SIZE),
        HEX);
    table.add(80, "fstat", StatusCalls::status, FD, Argument.out(StatusLayout.STAT_SIZE));
    table.add(
        291,
        "statx",
        StatusCalls::extendedStatus,
        DIRECTORY,
        PATH,
        HEX,
        HEX,
        Argument.out(StatusLayout.STATX_SIZE));
    table.add(43, "statfs", StatusCalls::fileSystem, PATH, Argument.out(120));
    table.add(44, "fstatfs", StatusCalls::fileSystemOf, FD, Argument.out(120));
    table.add(52, "fchmod", StatusCalls::changeModeOf, FD, MODE);
    table.add(53, "fchmodat", StatusCalls::changeMode, DIRECTORY, PATH, MODE);
    table.add(54, "fchownat", StatusCalls::changeOwner, DIRECTORY, PATH, INT, INT, HEX);
    table.add(55, "fchown", StatusCalls::changeOwnerOf, FD, INT, INT);
    table.add(
        88, "utimensat", StatusCalls::changeTimes, DIRECTORY, PATH, Argument.inOrNull(32), HEX);
  }

  private static long statusAt(Task task, long directory, long path, long result, long flags) {
    FileStatus status = new FileStatus();
    long error = Paths.status(task, directory, path, flags, status);
    if (error == 0) {
      StatusLayout.putStat(task.memory(), result, status);
    }
    return error;
  }

  private static long status(Task task, long descriptor, long result) {
    FileStatus status = new FileStatus();
    long error = task.process().descriptors().with(descriptor, file -> file.status(status));
    if (error == 0) {
      StatusLayout.putStat(task.memory(), result, status);
    }
    return error;
  }

  private static long extendedStatus(
      Task task, long directory, long path, long flags, long mask, long result) {
    FileStatus status = new FileStatus();
    long error = Paths.status(task, directory, path, flags, status);
    if (error == 0) {
      StatusLayout.putStatx(task.memory(), result, status);
    }
    return error;
  }

  private static long fileSystem(Task task, long path, long result) {
    MemorySegment to = task.memory().writable(result, 120);
    return Paths.with(
        task,
        FileContext.AT_FDCWD,
        path,
        true,
        (folder, name) -> {
          long error = folder.status(name, new FileStatus());
          return error != 0 ? error : fileSystem(folder.hostDescriptor(), to);
        });
  }

  private static long fileSystemOf(Task task, long descriptor, long result) {
    MemorySegment to = task.memory().writable(result, 120);
    return task.process()
        .descriptors()
        .with(descriptor, file -> fileSystem(file.hostDescriptor(), to));
  }

  private static long fileSystem(int hostDescriptor, MemorySegment to) {
    if (hostDescriptor >= 0) {
      return Host.fileSystemStatus(hostDescriptor, to);
    }
    to.fill((byte) 0);
    StatusLayout.putSyntheticFileSystem(to, PROC_SUPER_MAGIC, NAME_LIMIT);
    return 0;
  }

  private static long changeModeOf(Task task, long descriptor, long mode) {
    return task.process().descriptors().with(descriptor, file -> file.changeMode((int) mode));
  }

  private static long changeMode(Task task, long directory, long path, long mode) {
    return Paths.with(
        task, directory, path, true, (folder, name) -> folder.changeMode(name, (int) mode));
  }

  private static long changeOwnerOf(Task task, long descriptor, long user, long group) {
    return task.process()
        .descriptors()
        .with(descriptor, file -> file.changeOwner((int) user, (int) group));
  }

  private static long changeOwner(
      Task task, long directory, long path, long user, long group, long flags) {
    if ((flags & Paths.EMPTY_PATH) != 0 && Paths.isEmpty(task, path)) {
      return changeOwnerOf(task, directory, user, group);
    }
    boolean follow = (flags & Paths.SYMLINK_NOFOLLOW) == 0;
    return Paths.with(
        task,
        directory,
        path,
        follow,
        (folder, name) -> folder.changeOwner(name, (int) user, (int) group));
  }

  private static long changeTimes(Task task, long directory, long path, long times, long flags) {
    MemorySegment values = times == 0 ? null : task.memory().readable(times, 32);
    if (path == 0) {
      return (int) directory == FileContext.AT_FDCWD
          ? Errno.EFAULT
          : task.process().descriptors().with(directory, file -> file.changeTimes(values));
    }
    boolean follow = (flags & Paths.SYMLINK_NOFOLLOW) == 0;
    return Paths.with(
        task, directory, path, follow, (folder, name) -> folder.changeTimes(name, values));
  }
}
