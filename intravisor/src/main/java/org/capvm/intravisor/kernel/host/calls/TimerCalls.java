package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.intravisor.kernel.host.time.IntervalTimer;
import org.capvm.intravisor.kernel.host.time.ProcessTimers;
import org.capvm.intravisor.kernel.host.time.ProcessTimers.Created;
import org.capvm.intravisor.kernel.host.time.ProcessTimers.Notification;

/** Interval timers (setitimer) and POSIX timers (timer_create and its family). */
public final class TimerCalls {
  private static final int TIMER_ABSTIME = 1;
  private static final int SETTING_SIZE = 2 * TimeValue.SIZE;
  private static final int EVENT_SIZE = 64;

  private static final int SIGEV_SIGNAL = 0;
  private static final int SIGEV_NONE = 1;
  private static final int SIGEV_THREAD_ID = 4;

  private TimerCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(102, "getitimer", TimerCalls::getInterval, Argument.INT, Argument.out(SETTING_SIZE));
    table.add(
        103,
        "setitimer",
        TimerCalls::setInterval,
        Argument.INT,
        Argument.inOrNull(SETTING_SIZE),
        Argument.outOrNull(SETTING_SIZE));
    table.add(
        107,
        "timer_create",
        TimerCalls::create,
        Argument.INT,
        Argument.inOrNull(EVENT_SIZE),
        Argument.out(4));
    table.add(108, "timer_gettime", TimerCalls::get, Argument.INT, Argument.out(SETTING_SIZE));
    table.add(109, "timer_getoverrun", TimerCalls::overrun, Argument.INT);
    table.add(
        110,
        "timer_settime",
        TimerCalls::set,
        Argument.INT,
        Argument.INT,
        Argument.in(SETTING_SIZE),
        Argument.outOrNull(SETTING_SIZE));
    table.add(
        111,
        "timer_delete",
        (t, id) -> t.process().timers().delete((int) id) ? 0 : Errno.EINVAL,
        Argument.INT);
  }

  private static boolean isInterval(long which) {
    return which >= ProcessTimers.ITIMER_REAL && which <= ProcessTimers.ITIMER_PROF;
  }

  private static long getInterval(Task task, long which, long current) {
    if (!isInterval((int) which)) {
      return Errno.EINVAL;
    }
    putIntervalSetting(task, current, task.process().timers().interval((int) which).setting());
    return 0;
  }

  private static void putIntervalSetting(Task task, long address, IntervalTimer.Setting setting) {
    GuestMemory memory = task.memory();
    TimeValue.putTimeval(memory, address, setting.interval());
    // Less than a microsecond still means armed.
    long shown = setting.remaining() == 0 ? 0 : Math.max(setting.remaining(), 1000);
    TimeValue.putTimeval(memory, address + TimeValue.SIZE, shown);
  }

  private static long setInterval(Task task, long which, long changed, long old) {
    if (!isInterval((int) which)) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    long period = changed == 0 ? 0 : TimeValue.timeval(memory, changed);
    long first = changed == 0 ? 0 : TimeValue.timeval(memory, changed + TimeValue.SIZE);
    if (period == TimeValue.INVALID || first == TimeValue.INVALID) {
      return Errno.EINVAL;
    }
    IntervalTimer timer = task.process().timers().interval((int) which);
    IntervalTimer.Setting before = first == 0 ? timer.disarm() : timer.armAfter(first, period);
    if (old != 0) {
      putIntervalSetting(task, old, before);
    }
    return 0;
  }

  private static long create(Task task, long clock, long event, long id) {
    int kind = (int) clock;
    if (!Clocks.isWallClock(kind)
        && kind != Clocks.PROCESS_CPUTIME
        && kind != Clocks.THREAD_CPUTIME
        && kind >= 0) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    Notification notification = new Notification(Signals.SIGALRM, 0, null);
    if (event != 0) {
      notification = notification(task, memory, event);
      if (notification == null) {
        return Errno.EINVAL;
      }
    }
    int number = task.process().timers().create(kind, notification);
    if (number < 0) {
      return Errno.EAGAIN;
    }
    memory.putInt(id, number);
    return 0;
  }

  /** Reads a sigevent: value, signal, kind, thread; null for one that Linux refuses. */
  private static Notification notification(Task task, GuestMemory memory, long event) {
    long value = memory.getLong(event);
    int signal = memory.getInt(event + 8);
    int kind = memory.getInt(event + 12);
    if (kind == SIGEV_NONE) {
      return Notification.NONE;
    }
    if (!Signals.valid(signal)) {
      return null;
    }
    if (kind == SIGEV_SIGNAL) {
      return new Notification(signal, value, null);
    }
    if (kind != SIGEV_THREAD_ID) {
      return null;
    }
    Task receiver = task.process().table().task(memory.getInt(event + 16));
    return receiver == null || receiver.process() != task.process()
        ? null
        : new Notification(signal, value, receiver.signals());
  }

  private static void putSetting(Task task, long address, IntervalTimer.Setting setting) {
    GuestMemory memory = task.memory();
    TimeValue.putTimespec(memory, address, setting.interval());
    TimeValue.putTimespec(memory, address + TimeValue.SIZE, setting.remaining());
  }

  private static long get(Task task, long id, long current) {
    Created timer = task.process().timers().created((int) id);
    if (timer == null) {
      return Errno.EINVAL;
    }
    putSetting(task, current, timer.timer().setting());
    return 0;
  }

  private static long overrun(Task task, long id) {
    Created timer = task.process().timers().created((int) id);
    return timer == null ? Errno.EINVAL : task.process().signals().overrun((int) id);
  }

  private static long set(Task task, long id, long flags, long changed, long old) {
    Created timer = task.process().timers().created((int) id);
    GuestMemory memory = task.memory();
    long period = TimeValue.timespec(memory, changed);
    long first = TimeValue.timespec(memory, changed + TimeValue.SIZE);
    if (timer == null || period == TimeValue.INVALID || first == TimeValue.INVALID) {
      return Errno.EINVAL;
    }
    IntervalTimer.Setting before;
    if (first == 0) {
      before = timer.timer().disarm();
    } else if ((flags & TIMER_ABSTIME) != 0) {
      before = timer.timer().arm(first, period);
    } else {
      before = timer.timer().armAfter(first, period);
    }
    if (old != 0) {
      putSetting(task, old, before);
    }
    return 0;
  }
}
