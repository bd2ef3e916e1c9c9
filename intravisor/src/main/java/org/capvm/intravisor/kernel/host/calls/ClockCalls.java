package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.time.Clocks;

/** System calls that read clocks and sleep. */
public final class ClockCalls {
  private static final int TIMER_ABSTIME = 1;

  /** Dynamic clock numbers: the complement of a process or thread above these three bits. */
  private static final int CPU_CLOCK_KIND = 7;

  private static final int CPU_CLOCK_THREAD = 4;

  /** A clock tick of times(2) in nanoseconds. */
  private static final long TICK = 10_000_000;

  /** What coarse clocks report as their resolution: a timer tick at 250 Hz. */
  private static final long COARSE_RESOLUTION = 4_000_000;

  private static final long UNKNOWN = Long.MIN_VALUE;

  private ClockCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(
        101,
        "nanosleep",
        (t, time, left) -> sleep(t, Clocks.MONOTONIC, 0, time, left),
        Argument.in(TimeValue.SIZE),
        Argument.outOrNull(TimeValue.SIZE));
    table.add(
        112, "clock_settime", (t, clock, time) -> Errno.EPERM, Argument.INT, Argument.ADDRESS);
    table.add(113, "clock_gettime", ClockCalls::getTime, Argument.INT, Argument.ADDRESS);
    table.add(
        114,
        "clock_getres",
        ClockCalls::resolution,
        Argument.INT,
        Argument.outOrNull(TimeValue.SIZE));
    table.add(
        115,
        "clock_nanosleep",
        (t, clock, flags, time, left) -> sleep(t, (int) clock, flags, time, left),
        Argument.INT,
        Argument.INT,
        Argument.in(TimeValue.SIZE),
        Argument.outOrNull(TimeValue.SIZE));
    table.add(153, "times", ClockCalls::times, Argument.outOrNull(32));
    table.add(
        169,
        "gettimeofday",
        ClockCalls::timeOfDay,
        Argument.outOrNull(TimeValue.SIZE),
        Argument.outOrNull(8));
  }

  /** The time of a clock in nanoseconds, or {@link #UNKNOWN}. */
  private static long read(Task task, int clock) {
    if (clock < 0) {
      return processorTime(task, ~(clock >> 3), clock & CPU_CLOCK_KIND);
    }
    return switch (clock) {
      case Clocks.PROCESS_CPUTIME -> task.process().cpuTime();
      case Clocks.THREAD_CPUTIME -> task.cpuTime();
      default -> Clocks.isWallClock(clock) ? task.process().table().clocks().now(clock) : UNKNOWN;
    };
  }

  private static long processorTime(Task task, int number, int kind) {
    if ((kind & CPU_CLOCK_THREAD) != 0) {
      Task other = number == 0 ? task : task.process().table().task(number);
      return other == null || other.process() != task.process() ? UNKNOWN : other.cpuTime();
    }
    Process other = number == 0 ? task.process() : task.process().table().process(number);
    return other == null ? UNKNOWN : other.cpuTime();
  }

  private static long getTime(Task task, long clock, long time) {
    long now = read(task, (int) clock);
    if (now == UNKNOWN) {
      return Errno.EINVAL;
    }
    TimeValue.putTimespec(task.memory(), time, now);
    return 0;
  }

  private static long resolution(Task task, long clock, long resolution) {
    if (read(task, (int) clock) == UNKNOWN) {
      return Errno.EINVAL;
    }
    boolean coarse = clock == Clocks.REALTIME_COARSE || clock == Clocks.MONOTONIC_COARSE;
    if (resolution != 0) {
      TimeValue.putTimespec(task.memory(), resolution, coarse ? COARSE_RESOLUTION : 1);
    }
    return 0;
  }

  private static long timeOfDay(Task task, long time, long zone) {
    GuestMemory memory = task.memory();
    if (time != 0) {
      TimeValue.putTimeval(memory, time, task.process().table().clocks().realtime());
    }
    if (zone != 0) {
      memory.putLong(zone, 0);
    }
    return 0;
  }

  private static long times(Task task, long buffer) {
    if (buffer != 0) {
      GuestMemory memory = task.memory();
      memory.putLong(buffer, task.process().cpuTime() / TICK);
      memory.putLong(buffer + 8, 0);
      memory.putLong(buffer + 16, 0);
      memory.putLong(buffer + 24, 0);
    }
    return task.process().table().clocks().bootTime() / TICK;
  }

  private static long sleep(Task task, int clock, long flags, long time, long left) {
    if (clock < 0 || clock == Clocks.PROCESS_CPUTIME) {
      return Errno.EOPNOTSUPP;
    }
    GuestMemory memory = task.memory();
    long wanted = TimeValue.timespec(memory, time);
    if (!Clocks.isWallClock(clock) || wanted == TimeValue.INVALID) {
      return Errno.EINVAL;
    }
    boolean absolute = (flags & TIMER_ABSTIME) != 0;
    Clocks clocks = task.process().table().clocks();
    long deadline = absolute ? clocks.deadline(clock, wanted) : TimeValue.deadline(wanted);
    while (true) {
      long remaining = deadline - System.nanoTime();
      if (deadline != Long.MAX_VALUE && remaining <= 0) {
        return 0;
      }
      if (task.signals().interrupted()) {
        if (!absolute && left != 0) {
          TimeValue.putTimespec(memory, left, remaining);
        }
        return Errno.RESTART_NO_HANDLER;
      }
      task.waker().park(deadline);
    }
  }
}
