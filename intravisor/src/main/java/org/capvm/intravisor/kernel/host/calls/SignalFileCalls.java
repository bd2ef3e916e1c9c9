package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalFile;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** signalfd4. */
final class SignalFileCalls {
  private static final int FLAGS = OpenFlags.CLOSE_ON_EXEC | OpenFlags.NONBLOCK;
  private static final int SET_SIZE = 8;

  private SignalFileCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(
        74,
        "signalfd4",
        SignalFileCalls::make,
        Argument.FD,
        Argument.in(SET_SIZE),
        Argument.LONG,
        Argument.HEX);
  }

  /** Makes a descriptor, or changes the signals that one is for. */
  private static long make(Task task, long fd, long set, long size, long flags) {
    if (size != SET_SIZE || (flags & ~FLAGS) != 0) {
      return Errno.EINVAL;
    }
    long mask = task.memory().getLong(set);
    if ((int) fd != -1) {
      return task.process()
          .descriptors()
          .with(
              fd,
              file -> {
                if (!(file instanceof SignalFile signals)) {
                  return Errno.EINVAL;
                }
                signals.setMask(mask, task.process().signals());
                return (int) fd;
              });
    }
    long counter = HostEvents.eventCounter(0, false);
    if (counter < 0) {
      return counter;
    }
    SignalFile file =
        new SignalFile(
            (int) counter, (int) flags & OpenFlags.NONBLOCK, mask, task.process().signals());
    return task.process().descriptors().add(file, (flags & OpenFlags.CLOSE_ON_EXEC) != 0);
  }
}
