package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ResourceLimits;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls about processes: numbers, users, limits, usage. */
final class ProcessCalls {
  private static final int RUSAGE_SIZE = 144;
  private static final int RUSAGE_CHILDREN = -1;
  private static final int RUSAGE_SELF = 0;
  private static final int RUSAGE_THREAD = 1;
  private static final long MICROS = 1_000_000;

  private ProcessCalls() {}

  static void addTo(SystemCallTable table) {
    addNumbersTo(table);
    addUsersTo(table);
    table.add(140, "setpriority", (t, which, who, value) -> 0, INT, INT, INT);
    table.add(141, "getpriority", (t, which, who) -> 20, INT, INT);
    table.add(163, "getrlimit", (t, r, l) -> limits(t, 0, r, 0, l), INT, Argument.out(16));
    table.add(164, "setrlimit", (t, r, l) -> limits(t, 0, r, l, 0), INT, Argument.in(16));
    table.add(
        261,
        "prlimit64",
        ProcessCalls::limits,
        INT,
        INT,
        Argument.inOrNull(16),
        Argument.outOrNull(16));
    table.add(165, "getrusage", ProcessCalls::usage, INT, Argument.out(RUSAGE_SIZE));
  }

  private static void addNumbersTo(SystemCallTable table) {
    table.add(172, "getpid", t -> t.process().pid());
    table.add(173, "getppid", t -> t.process().parentPid());
  }

  private static void addUsersTo(SystemCallTable table) {
    table.add(174, "getuid", t -> user(t));
    table.add(175, "geteuid", t -> user(t));
    table.add(176, "getgid", t -> group(t));
    table.add(177, "getegid", t -> group(t));
    table.add(146, "setuid", (t, u) -> change((int) u == user(t)), INT);
    table.add(144, "setgid", (t, g) -> change((int) g == group(t)), INT);
    table.add(145, "setreuid", (t, r, e) -> change(same(user(t), r, e)), INT, INT);
    table.add(143, "setregid", (t, r, e) -> change(same(group(t), r, e)), INT, INT);
    table.add(147, "setresuid", (t, r, e, s) -> change(same(user(t), r, e, s)), INT, INT, INT);
    table.add(149, "setresgid", (t, r, e, s) -> change(same(group(t), r, e, s)), INT, INT, INT);
    table.add(151, "setfsuid", (t, u) -> user(t), INT);
    table.add(152, "setfsgid", (t, g) -> group(t), INT);
    Argument number = Argument.out(4);
    table.add(148, "getresuid", (t, r, e, s) -> store(t, user(t), r, e, s), number, number, number);
    table.add(
        150, "getresgid", (t, r, e, s) -> store(t, group(t), r, e, s), number, number, number);
    table.add(158, "getgroups", ProcessCalls::groups, INT, ADDRESS);
    table.add(159, "setgroups", (t, n, list) -> user(t) == 0 ? 0 : Errno.EPERM, INT, ADDRESS);
    table.add(90, "capget", ProcessCalls::capabilities, Argument.in(8), ADDRESS);
    table.add(91, "capset", (t, header, data) -> 0, Argument.in(8), ADDRESS);
  }

  private static int user(Task task) {
    return task.process().credentials().user();
  }

  private static int group(Task task) {
    return task.process().credentials().group();
  }

  /** A user may only become who it is already: numbers are not rights here. */
  private static long change(boolean unchanged) {
    return unchanged ? 0 : Errno.EPERM;
  }

  private static boolean same(int current, long... wanted) {
    for (long number : wanted) {
      if ((int) number != -1 && (int) number != current) {
        return false;
      }
    }
    return true;
  }

  private static long store(Task task, int number, long... addresses) {
    for (long address : addresses) {
      task.memory().putInt(address, number);
    }
    return 0;
  }

  private static long groups(Task task, long size, long list) {
    if ((int) size == 0) {
      return 1;
    }
    if ((int) size < 0) {
      return Errno.EINVAL;
    }
    task.memory().putInt(list, group(task));
    return 1;
  }

  /** No process has a capability in the sense of capabilities(7). */
  private static long capabilities(Task task, long header, long data) {
    if (data != 0) {
      task.memory().putBytes(data, new byte[24]);
    }
    return 0;
  }

  /** The process of a number, the caller for 0, or null. */
  static Process process(Task task, long pid) {
    return (int) pid == 0 ? task.process() : task.process().table().process((int) pid);
  }

  private static long limits(Task task, long pid, long resource, long changed, long result) {
    Process process = process(task, pid);
    if (process == null) {
      return Errno.ESRCH;
    }
    if (resource < 0 || resource >= ResourceLimits.COUNT) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    ResourceLimits limits = process.limits();
    int number = (int) resource;
    long soft = limits.soft(number);
    long hard = limits.hard(number);
    if (changed != 0) {
      long error = limits.change(number, memory.getLong(changed), memory.getLong(changed + 8));
      if (error != 0) {
        return error;
      }
    }
    if (result != 0) {
      memory.putLong(result, soft);
      memory.putLong(result + 8, hard);
    }
    return 0;
  }

  private static long usage(Task task, long who, long result) {
    Process process = task.process();
    long time;
    switch ((int) who) {
      case RUSAGE_SELF -> time = process.cpuTime();
      case RUSAGE_THREAD -> time = task.cpuTime();
      case RUSAGE_CHILDREN -> time = process.childrenTime();
      default -> {
        return Errno.EINVAL;
      }
    }
    GuestMemory memory = task.memory();
    memory.putBytes(result, new byte[RUSAGE_SIZE]);
    long micros = time / 1000;
    memory.putLong(result, micros / MICROS);
    memory.putLong(result + 8, micros % MICROS);
    memory.putLong(result + 32, process.addressSpace().mappedBytes() / 1024);
    return 0;
  }
}
