package org.capvm.intravisor.kernel.host.calls;

import java.util.Arrays;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.os.HostEvents.Event;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/**
 * epoll on the host's epoll. A registration belongs to the host descriptor of a file: two
 * descriptors of one file (dup) count as one.
 */
public final class EpollCalls {
  private static final int EPOLL_CTL_DEL = 2;

  /** Size of struct epoll_event, which riscv64 does not pack: events at 0, data at 8. */
  private static final int EVENT_SIZE = 16;

  private static final int SET_SIZE = 8;
  private static final long MILLIS = 1_000_000;

  private EpollCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(20, "epoll_create1", EpollCalls::create, Argument.HEX);
    table.add(
        21,
        "epoll_ctl",
        EpollCalls::control,
        Argument.FD,
        Argument.INT,
        Argument.FD,
        Argument.ADDRESS);
    table.addComplete(
        22,
        "epoll_pwait",
        (t, fd, events, n, timeout, mask, size) ->
            await(t, fd, events, (int) n, deadline((int) timeout), mask, size),
        Argument.FD,
        Argument.ADDRESS,
        Argument.INT,
        Argument.INT,
        Argument.inOrNull(SET_SIZE),
        Argument.LONG);
    table.addComplete(
        441,
        "epoll_pwait2",
        EpollCalls::await2,
        Argument.FD,
        Argument.ADDRESS,
        Argument.INT,
        Argument.inOrNull(TimeValue.SIZE),
        Argument.inOrNull(SET_SIZE),
        Argument.LONG);
  }

  private static long create(Task task, long flags) {
    if ((flags & ~OpenFlags.CLOSE_ON_EXEC) != 0) {
      return Errno.EINVAL;
    }
    return EventCalls.add(task, HostEvents.epoll(), flags, EventFile.Kind.EPOLL);
  }

  private static boolean isEpoll(OpenFile file) {
    return file instanceof EventFile f && f.kind() == EventFile.Kind.EPOLL;
  }

  private static long control(Task task, long epoll, long operation, long fd, long event) {
    GuestMemory memory = task.memory();
    Event wanted =
        operation == EPOLL_CTL_DEL
            ? new Event(0, 0)
            : new Event(memory.getInt(event), memory.getLong(event + 8));
    return task.process()
        .descriptors()
        .with(
            epoll,
            set ->
                task.process()
                    .descriptors()
                    .with(fd, file -> control(set, (int) operation, file, wanted)));
  }

  private static long control(OpenFile set, int operation, OpenFile file, Event wanted) {
    if (!isEpoll(set) || set == file) {
      return Errno.EINVAL;
    }
    if (file.readinessDescriptor() < 0) {
      return Errno.EPERM;
    }
    return HostEvents.epollControl(
        set.hostDescriptor(), operation, file.readinessDescriptor(), wanted);
  }

  private static long deadline(int millis) {
    return millis < 0 ? Long.MAX_VALUE : TimeValue.deadline(millis * MILLIS);
  }

  private static long await2(
      Task task, long fd, long events, long number, long timeout, long mask, long size) {
    long deadline = Long.MAX_VALUE;
    if (timeout != 0) {
      long nanos = TimeValue.timespec(task.memory(), timeout);
      if (nanos == TimeValue.INVALID) {
        return Errno.EINVAL;
      }
      deadline = TimeValue.deadline(nanos);
    }
    return await(task, fd, events, (int) number, deadline, mask, size);
  }

  private static long await(
      Task task, long fd, long events, int number, long deadline, long mask, long size) {
    if (number <= 0 || mask != 0 && size != SET_SIZE) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    Event[] ready = new Event[Math.min(number, HostEvents.EVENT_LIMIT)];
    memory.requireWritable(events, (long) ready.length * EVENT_SIZE);
    if (mask != 0) {
      task.signals().setTemporarilyBlocked(memory.getLong(mask));
    }
    long result =
        task.process()
            .descriptors()
            .with(fd, set -> isEpoll(set) ? await(task, set, ready, deadline) : Errno.EINVAL);
    for (int i = 0; i < result; i++) {
      memory.putInt(events + (long) i * EVENT_SIZE, ready[i].events());
      memory.putLong(events + (long) i * EVENT_SIZE + 8, ready[i].data());
    }
    if (result != Errno.RESTART_NO_HANDLER) {
      task.signals().restoreBlocked();
    }
    return result;
  }

  private static long await(Task task, OpenFile set, Event[] ready, long deadline) {
    Arrays.fill(ready, null);
    while (true) {
      long n = HostEvents.epollWait(set.hostDescriptor(), ready);
      if (n != 0) {
        return n;
      }
      long left = deadline == Long.MAX_VALUE ? -1 : deadline - System.nanoTime();
      if (deadline != Long.MAX_VALUE && left <= 0) {
        return 0;
      }
      long woken = task.await(set.hostDescriptor(), Host.POLLIN, left);
      if (woken < 0) {
        return woken == Errno.RESTART ? Errno.RESTART_NO_HANDLER : woken;
      }
    }
  }
}
