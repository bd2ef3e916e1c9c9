package org.capvm.intravisor.kernel.host.calls;

import java.util.Collection;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/**
 * System calls that send signals. They need the complete register file: a signal to the caller is
 * delivered before they return.
 */
public final class KillCalls {
  private KillCalls() {}

  public static void addTo(SystemCallTable table) {
    table.addComplete(
        129,
        "kill",
        (t, a, b, c, d, e, f) -> kill(t, (int) a, (int) b),
        Argument.INT,
        Argument.SIGNAL);
    table.addComplete(
        130,
        "tkill",
        (t, a, b, c, d, e, f) -> threadKill(t, -1, (int) a, (int) b),
        Argument.INT,
        Argument.SIGNAL);
    table.addComplete(
        131,
        "tgkill",
        (t, a, b, c, d, e, f) ->
            (int) a <= 0 ? Errno.EINVAL : threadKill(t, (int) a, (int) b, (int) c),
        Argument.INT,
        Argument.INT,
        Argument.SIGNAL);
    table.addComplete(
        138,
        "rt_sigqueueinfo",
        (t, a, b, c, d, e, f) -> queue(t, (int) a, (int) b, c),
        Argument.INT,
        Argument.SIGNAL,
        Argument.in(SignalInfo.SIZE));
    table.addComplete(
        240,
        "rt_tgsigqueueinfo",
        (t, a, b, c, d, e, f) -> threadQueue(t, (int) a, (int) b, (int) c, d),
        Argument.INT,
        Argument.INT,
        Argument.SIGNAL,
        Argument.in(SignalInfo.SIZE));
  }

  private static boolean invalid(int number) {
    return number != 0 && !Signals.valid(number);
  }

  private static SignalInfo from(Task task, int number, int code) {
    Process sender = task.process();
    return SignalInfo.sent(number, code, sender.pid(), sender.credentials().user());
  }

  /** The processes that kill's number means; a group when it is negative or 0. */
  private static Collection<Process> targets(Task task, int pid) {
    ProcessTable table = task.process().table();
    if (pid == -1) {
      return table.processes().stream().filter(process -> process != task.process()).toList();
    }
    if (pid <= 0) {
      return table.group(pid == 0 ? task.process().group() : -pid);
    }
    Process process = table.process(pid);
    return process == null ? List.of() : List.of(process);
  }

  private static long kill(Task task, int pid, int number) {
    if (invalid(number)) {
      return Errno.EINVAL;
    }
    Collection<Process> targets = targets(task, pid);
    if (number != 0) {
      targets.forEach(target -> target.signals().post(from(task, number, SignalInfo.SI_USER)));
    }
    return targets.isEmpty() ? Errno.ESRCH : 0;
  }

  /** The task of a number, when it belongs to the process that the caller named; or null. */
  private static Task target(Task task, int pid, int tid) {
    Task target = task.process().table().task(tid);
    return target == null || pid != -1 && target.process().pid() != pid ? null : target;
  }

  private static long threadKill(Task task, int pid, int tid, int number) {
    if (invalid(number) || tid <= 0) {
      return Errno.EINVAL;
    }
    Task target = target(task, pid, tid);
    if (target == null) {
      return Errno.ESRCH;
    }
    if (number != 0 && !target.signals().post(from(task, number, SignalInfo.SI_TKILL))) {
      return Errno.EAGAIN;
    }
    return 0;
  }

  /** Whether a process claims a cause that only the kernel or kill can have, for another one. */
  private static boolean forged(Task task, Process target, SignalInfo info) {
    return (info.code() >= 0 || info.code() == SignalInfo.SI_TKILL) && target != task.process();
  }

  private static long queue(Task task, int pid, int number, long address) {
    if (invalid(number)) {
      return Errno.EINVAL;
    }
    Process target = task.process().table().process(pid);
    if (target == null) {
      return Errno.ESRCH;
    }
    SignalInfo info = SignalInfo.load(task.memory().window(), address, number);
    if (forged(task, target, info)) {
      return Errno.EPERM;
    }
    return number == 0 || target.signals().post(info) ? 0 : Errno.EAGAIN;
  }

  private static long threadQueue(Task task, int pid, int tid, int number, long address) {
    if (invalid(number) || pid <= 0 || tid <= 0) {
      return Errno.EINVAL;
    }
    Task target = target(task, pid, tid);
    if (target == null) {
      return Errno.ESRCH;
    }
    SignalInfo info = SignalInfo.load(task.memory().window(), address, number);
    if (forged(task, target.process(), info)) {
      return Errno.EPERM;
    }
    return number == 0 || target.signals().post(info) ? 0 : Errno.EAGAIN;
  }
}
