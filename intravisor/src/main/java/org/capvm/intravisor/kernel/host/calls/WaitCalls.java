package org.capvm.intravisor.kernel.host.calls;

import java.util.function.Predicate;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/**
 * wait4 and waitid: how children ended. Stops and continuations of children are not reported. They
 * need the complete register file: the signal that came with the end is delivered before they
 * return.
 */
public final class WaitCalls {
  private static final int WNOHANG = 1;
  private static final int WUNTRACED = 2;
  private static final int WEXITED = 4;
  private static final int WCONTINUED = 8;
  private static final int WNOWAIT = 0x01000000;
  private static final int KINDS = 0xe0000000;

  private static final int P_ALL = 0;
  private static final int P_PID = 1;
  private static final int P_PGID = 2;

  private static final int USAGE_SIZE = 144;

  private WaitCalls() {}

  public static void addTo(SystemCallTable table) {
    table.addComplete(
        95,
        "waitid",
        (t, type, id, info, options, usage, f) -> waitId(t, type, id, info, options, usage),
        Argument.INT,
        Argument.INT,
        Argument.outOrNull(SignalInfo.SIZE),
        Argument.HEX,
        Argument.outOrNull(USAGE_SIZE));
    table.addComplete(
        260,
        "wait4",
        (t, pid, status, options, usage, e, f) -> wait4(t, pid, status, options, usage),
        Argument.INT,
        Argument.outOrNull(4),
        Argument.HEX,
        Argument.outOrNull(USAGE_SIZE));
  }

  /** The child that ended, null when WNOHANG found none; a negative error otherwise. */
  private record Found(Process child, long error) {}

  private static Found await(Task task, Predicate<Process> wanted, long options) {
    Process self = task.process();
    while (true) {
      Process child = self.endedChild(wanted);
      if (child != null) {
        if ((options & WNOWAIT) == 0) {
          self.forget(child);
        }
        return new Found(child, 0);
      }
      if (!self.hasChild(wanted)) {
        return new Found(null, Errno.ECHILD);
      }
      if ((options & WNOHANG) != 0) {
        return new Found(null, 0);
      }
      if (task.signals().interrupted()) {
        return new Found(null, Errno.RESTART);
      }
      task.waker().park(Long.MAX_VALUE);
    }
  }

  /** The children that a number means: one, those of a group when it is negative or 0, or all. */
  private static Predicate<Process> children(Task task, int number) {
    if (number == -1) {
      return child -> true;
    }
    if (number > 0) {
      return child -> child.pid() == number;
    }
    int group = number == 0 ? task.process().group() : -number;
    return child -> child.group() == group;
  }

  private static long wait4(Task task, long pid, long status, long options, long usage) {
    if (((int) options & ~(WNOHANG | WUNTRACED | WCONTINUED | KINDS)) != 0) {
      return Errno.EINVAL;
    }
    int number = (int) pid;
    Found found = await(task, children(task, number), options);
    if (found.child() == null) {
      return found.error();
    }
    if (status != 0) {
      task.memory().putInt(status, found.child().exitStatus().waitStatus());
    }
    putUsage(task, usage, found.child());
    return found.child().pid();
  }

  private static long waitId(Task task, long type, long id, long info, long options, long usage) {
    int known = WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | KINDS;
    if (((int) options & ~known) != 0 || (options & WEXITED) == 0) {
      return Errno.EINVAL;
    }
    Predicate<Process> wanted =
        switch ((int) type) {
          case P_ALL -> children(task, -1);
          case P_PID -> (int) id > 0 ? children(task, (int) id) : null;
          case P_PGID -> (int) id >= 0 ? children(task, -(int) id) : null;
          default -> null;
        };
    if (wanted == null) {
      return Errno.EINVAL;
    }
    Found found = await(task, wanted, options);
    if (found.error() != 0) {
      return found.error();
    }
    if (info != 0) {
      SignalInfo told =
          found.child() == null
              ? new SignalInfo(0, 0, 0, 0, 0, 0, 0)
              : found.child().endInfo(Signals.SIGCHLD);
      task.memory().putBytes(info, told.bytes());
    }
    if (found.child() != null) {
      putUsage(task, usage, found.child());
    }
    return 0;
  }

  private static void putUsage(Task task, long usage, Process child) {
    if (usage == 0) {
      return;
    }
    GuestMemory memory = task.memory();
    memory.putBytes(usage, new byte[USAGE_SIZE]);
    TimeValue.putTimeval(memory, usage, child.cpuTime());
  }
}
