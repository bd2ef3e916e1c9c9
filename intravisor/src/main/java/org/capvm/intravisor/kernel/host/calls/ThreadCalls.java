package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.ExitStatus;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.hart.HartExit;

/** System calls by which a thread ends, names itself and asks for processors. */
public final class ThreadCalls {
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_FIFO = 1;
  private static final int SCHED_RR = 2;
  private static final int SCHED_BATCH = 3;
  private static final int SCHED_IDLE = 5;
  private static final int HIGHEST_REALTIME = 99;

  /** Time slice that sched_rr_get_interval reports for ordinary threads, in nanoseconds. */
  private static final long SLICE = 4_000_000;

  private ThreadCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(93, "exit", ThreadCalls::exit, Argument.INT);
    table.add(94, "exit_group", ThreadCalls::exitGroup, Argument.INT);
    table.add(96, "set_tid_address", ThreadCalls::setTidAddress, Argument.ADDRESS);
    table.add(178, "gettid", task -> task.tid());
    addSchedulingTo(table);
  }

  private static void addSchedulingTo(SystemCallTable table) {
    table.add(
        118,
        "sched_setparam",
        (t, tid, p) -> setParameter(t, tid, SCHED_OTHER, p),
        Argument.INT,
        Argument.in(4));
    table.add(
        119,
        "sched_setscheduler",
        ThreadCalls::setParameter,
        Argument.INT,
        Argument.INT,
        Argument.in(4));
    table.add(
        120,
        "sched_getscheduler",
        (t, tid) -> exists(t, tid) ? SCHED_OTHER : Errno.ESRCH,
        Argument.INT);
    table.add(121, "sched_getparam", ThreadCalls::getParameter, Argument.INT, Argument.out(4));
    table.add(
        122,
        "sched_setaffinity",
        ThreadCalls::setAffinity,
        Argument.INT,
        Argument.LONG,
        Argument.bytesIn(1));
    table.add(
        123,
        "sched_getaffinity",
        ThreadCalls::getAffinity,
        Argument.INT,
        Argument.LONG,
        Argument.ADDRESS);
    table.add(124, "sched_yield", ThreadCalls::yield);
    table.add(
        125,
        "sched_get_priority_max",
        (t, policy) -> priority((int) policy, HIGHEST_REALTIME),
        Argument.INT);
    table.add(
        126, "sched_get_priority_min", (t, policy) -> priority((int) policy, 1), Argument.INT);
    table.add(
        127,
        "sched_rr_get_interval",
        ThreadCalls::slice,
        Argument.INT,
        Argument.out(TimeValue.SIZE));
    table.add(
        168,
        "getcpu",
        ThreadCalls::getCpu,
        Argument.outOrNull(4),
        Argument.outOrNull(4),
        Argument.ADDRESS);
  }

  private static long exit(Task task, long status) {
    task.setExitStatus(ExitStatus.exited((int) status));
    throw HartExit.INSTANCE;
  }

  private static long exitGroup(Task task, long status) {
    task.process().exit(ExitStatus.exited((int) status));
    throw HartExit.INSTANCE;
  }

  private static long setTidAddress(Task task, long address) {
    task.setClearChildTid(task.memory().laterWritten(address, Integer.BYTES));
    return task.tid();
  }

  private static boolean exists(Task task, long tid) {
    return (int) tid == 0 || task.process().table().task((int) tid) != null;
  }

  private static long yield(Task task) {
    Thread.yield();
    return 0;
  }

  /** Ordinary scheduling is all there is: asking for it succeeds. */
  private static long setParameter(Task task, long tid, long policy, long parameter) {
    if (!exists(task, tid)) {
      return Errno.ESRCH;
    }
    int priority = task.memory().getInt(parameter);
    return switch ((int) policy) {
      case SCHED_OTHER, SCHED_BATCH, SCHED_IDLE -> priority == 0 ? 0 : Errno.EINVAL;
      case SCHED_FIFO, SCHED_RR -> Errno.EPERM;
      default -> Errno.EINVAL;
    };
  }

  private static long getParameter(Task task, long tid, long parameter) {
    if (!exists(task, tid)) {
      return Errno.ESRCH;
    }
    task.memory().putInt(parameter, 0);
    return 0;
  }

  private static long priority(int policy, int realtime) {
    return switch (policy) {
      case SCHED_FIFO, SCHED_RR -> realtime;
      case SCHED_OTHER, SCHED_BATCH, SCHED_IDLE -> 0;
      default -> Errno.EINVAL;
    };
  }

  private static long slice(Task task, long tid, long interval) {
    if (!exists(task, tid)) {
      return Errno.ESRCH;
    }
    TimeValue.putTimespec(task.memory(), interval, SLICE);
    return 0;
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Threads stay where the host puts them; a set without a processor that exists is refused. */
  private static long setAffinity(Task task, long tid, long size, long set) {
    if (!exists(task, tid)) {
      return Errno.ESRCH;
    }
    GuestMemory memory = task.memory();
    for (int i = 0; i < Math.min(size, (processors() + 7) / 8); i++) {
      int bits = memory.getByte(set + i);
      int present = processors() - 8 * i >= 8 ? 0xff : (1 << processors() - 8 * i) - 1;
      if ((bits & present) != 0) {
        return 0;
      }
    }
    return Errno.EINVAL;
  }

  /** The processors the host gives to this JVM; the result is the size of the kernel's set. */
  private static long getAffinity(Task task, long tid, long size, long set) {
    int bytes = (processors() + 63) / 64 * 8;
    if (!exists(task, tid)) {
      return Errno.ESRCH;
    }
    if (size < bytes || size % 8 != 0) {
      return Errno.EINVAL;
    }
    byte[] bits = new byte[bytes];
    for (int i = 0; i < processors(); i++) {
      bits[i / 8] |= (byte) (1 << i % 8);
    }
    task.memory().putBytes(set, bits);
    return bytes;
  }

  private static long getCpu(Task task, long processor, long node, long unused) {
    GuestMemory memory = task.memory();
    if (processor != 0) {
      memory.putInt(processor, 0);
    }
    if (node != 0) {
      memory.putInt(node, 0);
    }
    return 0;
  }
}
