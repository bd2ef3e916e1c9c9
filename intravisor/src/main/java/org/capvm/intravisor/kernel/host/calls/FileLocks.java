package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;

/**
 * File locks, which are the host's: they hold against other processes of the host. POSIX record
 * locks belong to the JVM as a whole, so that two cVMs of one JVM do not exclude each other.
 */
final class FileLocks {
  private static final int LOCK_NB = 4;
  private static final int F_SETLKW = 7;
  private static final int F_SETLK = 6;
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final int FLOCK_SIZE = 32;

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
    MemorySegment lock = task.process().memory().writable(argument, FLOCK_SIZE);
    int once =
        switch (command) {
          case F_SETLKW -> F_SETLK;
          case F_OFD_SETLKW -> F_OFD_SETLK;
          default -> command;
        };
    return wait(task, once != command, () -> Host.lock(file.hostDescriptor(), once, lock));
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
