package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.time.Clocks;

/** System calls that make pipes, event counters and timers that are descriptors. */
public final class EventCalls {
  private static final int EFD_SEMAPHORE = 1;
  private static final int COMMON_FLAGS = OpenFlags.NONBLOCK | OpenFlags.CLOSE_ON_EXEC;
  private static final int SETTING_SIZE = 2 * TimeValue.SIZE;

  private EventCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(19, "eventfd2", EventCalls::counter, Argument.INT, Argument.HEX);
    table.add(59, "pipe2", EventCalls::pipe, Argument.out(8), Argument.HEX);
    table.add(85, "timerfd_create", EventCalls::timer, Argument.INT, Argument.HEX);
    table.add(
        86,
        "timerfd_settime",
        EventCalls::setTimer,
        Argument.FD,
        Argument.HEX,
        Argument.in(SETTING_SIZE),
        Argument.outOrNull(SETTING_SIZE));
    table.add(
        87, "timerfd_gettime", EventCalls::timerSetting, Argument.FD, Argument.out(SETTING_SIZE));
  }

  /** Gives an event descriptor of the host to the guest; a negative one is an error. */
  static long add(Task task, long host, long flags, EventFile.Kind kind) {
    if (host < 0) {
      return host;
    }
    OpenFile file = new EventFile((int) host, OpenFlags.READ_WRITE | (int) flags, kind);
    return task.process().descriptors().add(file, (flags & OpenFlags.CLOSE_ON_EXEC) != 0);
  }

  /** Gives two files descriptors and stores them; both or none. */
  static long addPair(
      Task task, OpenFile first, OpenFile second, boolean closeOnExec, long result) {
    GuestMemory memory = task.memory();
    long a = task.process().descriptors().add(first, closeOnExec);
    if (a < 0) {
      second.release();
      return a;
    }
    long b = task.process().descriptors().add(second, closeOnExec);
    if (b < 0) {
      task.process().descriptors().close(a);
      return b;
    }
    memory.putInt(result, (int) a);
    memory.putInt(result + 4, (int) b);
    return 0;
  }

  private static long pipe(Task task, long result, long flags) {
    if ((flags & ~COMMON_FLAGS) != 0) {
      return Errno.EINVAL;
    }
    int[] host = new int[2];
    long error = HostEvents.pipe(host);
    if (error < 0) {
      return error;
    }
    int kept = (int) flags & OpenFlags.NONBLOCK;
    return addPair(
        task,
        new EventFile(host[0], OpenFlags.READ_ONLY | kept, EventFile.Kind.PIPE),
        new EventFile(host[1], OpenFlags.WRITE_ONLY | kept, EventFile.Kind.PIPE),
        (flags & OpenFlags.CLOSE_ON_EXEC) != 0,
        result);
  }

  private static long counter(Task task, long initial, long flags) {
    if ((flags & ~(COMMON_FLAGS | EFD_SEMAPHORE)) != 0) {
      return Errno.EINVAL;
    }
    long host = HostEvents.eventCounter((int) initial, (flags & EFD_SEMAPHORE) != 0);
    return add(task, host, flags, EventFile.Kind.COUNTER);
  }

  private static long timer(Task task, long clock, long flags) {
    boolean known =
        switch ((int) clock) {
          case Clocks.REALTIME, Clocks.MONOTONIC, Clocks.BOOTTIME -> true;
          default -> false;
        };
    if ((flags & ~COMMON_FLAGS) != 0 || !known) {
      return Errno.EINVAL;
    }
    return add(task, HostEvents.timer((int) clock), flags, EventFile.Kind.TIMER);
  }

  private static boolean isTimer(OpenFile file) {
    return file instanceof EventFile f && f.kind() == EventFile.Kind.TIMER;
  }

  private static long setTimer(Task task, long fd, long flags, long changed, long old) {
    MemorySegment setting = task.memory().readable(changed, SETTING_SIZE);
    byte[] before = new byte[SETTING_SIZE];
    long result =
        task.process()
            .descriptors()
            .with(
                fd,
                file ->
                    isTimer(file)
                        ? HostEvents.setTimer(file.hostDescriptor(), (int) flags, setting, before)
                        : Errno.EINVAL);
    if (result == 0 && old != 0) {
      task.memory().putBytes(old, before);
    }
    return result;
  }

  private static long timerSetting(Task task, long fd, long current) {
    byte[] setting = new byte[SETTING_SIZE];
    long result =
        task.process()
            .descriptors()
            .with(
                fd,
                file ->
                    isTimer(file)
                        ? HostEvents.timerSetting(file.hostDescriptor(), setting)
                        : Errno.EINVAL);
    if (result == 0) {
      task.memory().putBytes(current, setting);
    }
    return result;
  }
}
