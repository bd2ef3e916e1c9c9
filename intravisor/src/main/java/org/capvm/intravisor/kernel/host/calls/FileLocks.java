package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.RecordLocks;
import org.capvm.intravisor.kernel.host.file.RecordLocks.Lock;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;

/**
 * File locks, which hold against other processes of the host too. Those of flock and of open file
 * descriptions are the host's; POSIX record locks, which belong to processes, are decided among the
 * processes of the cVM first, because to the host these are one.
 */
final class FileLocks {
  private static final int LOCK_NB = 4;
  private static final int F_GETLK = 5;
  private static final int F_SETLK = 6;
  private static final int F_SETLKW = 7;
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final int FLOCK_SIZE = 32;

  private static final int F_RDLCK = 0;
  private static final int F_WRLCK = 1;
  private static final int F_UNLCK = 2;

  /** How often a lock that others hold is tried again. */
  private static final long RETRY_NANOS = 5_000_000;

  private FileLocks() {}

  static long flock(Task task, long descriptor, long operation) {
    return task.process()
        .descriptors()
        .with(
            descriptor,
            file -> {
              if (file.hostDescriptor() < 0) {
                return Errno.EINVAL;
              }
              int once = (int) operation | LOCK_NB;
              return wait(
                  task, (operation & LOCK_NB) == 0, () -> Host.flock(file.hostDescriptor(), once));
            });
  }

  /** fcntl with a struct flock, which is laid out the same on the host. */
  static long control(Task task, OpenFile file, int command, long argument) {
    if (file.hostDescriptor() < 0) {
      return Errno.EINVAL;
    }
    if (command == F_GETLK || command == F_SETLK || command == F_SETLKW) {
      task.memory().requireWritable(argument, FLOCK_SIZE);
      return record(task, file, command, argument);
    }
    MemorySegment lock = task.memory().writable(argument, FLOCK_SIZE);
    return command == F_OFD_SETLKW
        ? wait(task, true, () -> Host.lock(file.hostDescriptor(), F_OFD_SETLK, lock))
        : Host.lock(file.hostDescriptor(), command, lock);
  }

  private static long record(Task task, OpenFile file, int command, long argument) {
    GuestMemory memory = task.memory();
    int type = memory.getShort(argument);
    FileStatus status = new FileStatus();
    long error = file.status(status);
    if (error != 0) {
      return error;
    }
    long base =
        switch (memory.getShort(argument + 2)) {
          case 0 -> 0;
          case 1 -> file.seek(0, 1);
          case 2 -> status.size;
          default -> -1;
        };
    long from = base + memory.getLong(argument + 8);
    long length = memory.getLong(argument + 16);
    long start = length < 0 ? from + length : from;
    long end = length == 0 ? Long.MAX_VALUE : Math.max(from, from + length);
    if (base < 0 || start < 0 || end <= start || type < F_RDLCK || type > F_UNLCK) {
      return Errno.EINVAL;
    }
    boolean readable = file.isReadable();
    if (command != F_GETLK
        && (type == F_RDLCK && !readable || type == F_WRLCK && !file.isWritable())) {
      return Errno.EBADF;
    }
    RecordLocks locks = task.process().table().recordLocks();
    int owner = task.process().pid();
    Lock wanted = new Lock(owner, start, end, type == F_WRLCK);
    if (command == F_GETLK) {
      return conflict(memory, argument, file, locks.conflicting(file, wanted));
    }
    if (type == F_UNLCK) {
      locks.clear(file, owner, start, end);
      return 0;
    }
    return wait(task, command == F_SETLKW, () -> locks.set(file, wanted));
  }

  /** Stores the lock that is in the way, one of the host's when no process of the cVM has one. */
  private static long conflict(GuestMemory memory, long argument, OpenFile file, Lock other) {
    if (other == null) {
      return Host.lock(file.hostDescriptor(), F_GETLK, memory.writable(argument, FLOCK_SIZE));
    }
    memory.putShort(argument, other.exclusive() ? F_WRLCK : F_RDLCK);
    memory.putShort(argument + 2, 0);
    memory.putLong(argument + 8, other.start());
    memory.putLong(argument + 16, other.end() == Long.MAX_VALUE ? 0 : other.end() - other.start());
    memory.putInt(argument + 24, other.owner());
    return 0;
  }

  private static long wait(Task task, boolean waits, LongSupplier attempt) {
    while (true) {
      long result = attempt.getAsLong();
      boolean held = result == Errno.EAGAIN || result == Errno.EACCES;
      if (!held || !waits) {
        return result;
      }
      if (task.signals().interrupted()) {
        return Errno.RESTART;
      }
      task.waker().park(System.nanoTime() + RETRY_NANOS);
    }
  }
}
