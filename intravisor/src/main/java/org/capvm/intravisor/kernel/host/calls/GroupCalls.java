package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls about process groups and sessions: those of job control. */
final class GroupCalls {
  private GroupCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(154, "setpgid", GroupCalls::setGroup, INT, INT);
    table.add(155, "getpgid", GroupCalls::group, INT);
    table.add(156, "getsid", GroupCalls::session, INT);
    table.add(157, "setsid", GroupCalls::startSession);
  }

  private static long group(Task task, long pid) {
    Process process = ProcessCalls.process(task, pid);
    return process == null ? Errno.ESRCH : process.group();
  }

  private static long session(Task task, long pid) {
    Process process = ProcessCalls.process(task, pid);
    return process == null ? Errno.ESRCH : process.session();
  }

  private static long startSession(Task task) {
    Process self = task.process();
    ProcessTable table = self.table();
    synchronized (table) {
      if (!table.group(self.pid()).isEmpty()) {
        return Errno.EPERM;
      }
      self.startSession();
      return self.pid();
    }
  }

  private static long setGroup(Task task, long pid, long group) {
    Process self = task.process();
    ProcessTable table = self.table();
    if ((int) group < 0) {
      return Errno.EINVAL;
    }
    synchronized (table) {
      Process process = ProcessCalls.process(task, pid);
      if (process == null || process != self && process.parent() != self) {
        return Errno.ESRCH;
      }
      if (process != self && process.hasExecuted()) {
        return Errno.EACCES;
      }
      int number = (int) group == 0 ? process.pid() : (int) group;
      boolean leadsSession = process.session() == process.pid();
      if (process.session() != self.session()
          || leadsSession && number != process.group()
          || number != process.pid() && !existsInSession(table, number, self.session())) {
        return Errno.EPERM;
      }
      process.setGroup(number);
      return 0;
    }
  }

  /** Whether a session has a process group of a number. */
  static boolean existsInSession(ProcessTable table, int group, int session) {
    return table.group(group).stream().anyMatch(member -> member.session() == session);
  }
}
