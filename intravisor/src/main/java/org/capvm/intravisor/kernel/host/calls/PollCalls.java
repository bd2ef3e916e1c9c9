package org.capvm.intravisor.kernel.host.calls;

import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** ppoll and pselect6. They may change the signal mask, so they need the complete register file. */
public final class PollCalls {
  private static final short POLLIN = 1;
  private static final short POLLPRI = 2;
  private static final short POLLOUT = 4;
  private static final short POLLERR = 8;
  private static final short POLLHUP = 0x10;
  private static final short POLLNVAL = 0x20;
  private static final short POLLRDNORM = 0x40;
  private static final short POLLRDBAND = 0x80;
  private static final short POLLWRNORM = 0x100;
  private static final short POLLWRBAND = 0x200;

  private static final short READ = POLLIN | POLLRDNORM | POLLRDBAND;
  private static final short WRITE = POLLOUT | POLLWRNORM | POLLWRBAND;

  private static final int ENTRY_SIZE = 8;
  private static final int SET_SIZE = 8;

  private PollCalls() {}

  public static void addTo(SystemCallTable table) {
    table.addComplete(
        72,
        "pselect6",
        (t, n, read, write, except, timeout, mask) ->
            select(t, (int) n, read, write, except, timeout, mask),
        Argument.INT,
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.inOrNull(TimeValue.SIZE),
        Argument.ADDRESS);
    table.addComplete(
        73,
        "ppoll",
        (t, entries, n, timeout, mask, size, f) -> poll(t, entries, n, timeout, mask, size),
        Argument.ADDRESS,
        Argument.INT,
        Argument.inOrNull(TimeValue.SIZE),
        Argument.inOrNull(SET_SIZE),
        Argument.LONG);
  }

  /** The files of one call, held open while it waits. */
  private static final class Watched implements AutoCloseable {
    private final Task task;
    private final int[] hosts;
    private final short[] wanted;
    private final short[] ready;
    private final List<OpenFile> held = new ArrayList<>();
    private boolean readyAtOnce;

    Watched(Task task, int count) {
      this.task = task;
      this.hosts = new int[count];
      this.wanted = new short[count];
      this.ready = new short[count];
    }

    /** Adds a descriptor; false when there is no such file. */
    boolean add(int index, int descriptor, short events) {
      hosts[index] = -1;
      wanted[index] = events;
      if (descriptor < 0) {
        return true;
      }
      DescriptorTable table = task.process().descriptors();
      OpenFile file = table.acquire(descriptor);
      if (file == null) {
        ready[index] = POLLNVAL;
        readyAtOnce = true;
        return false;
      }
      held.add(file);
      hosts[index] = file.readinessDescriptor();
      if (hosts[index] < 0) {
        // Files without such a descriptor never make a caller wait.
        ready[index] = (short) (events & (READ | WRITE));
        readyAtOnce |= ready[index] != 0;
      }
      return true;
    }

    /** Waits; the number of ready descriptors, or an error. */
    long await(long deadline) {
      short[] fixed = ready.clone();
      long limit = readyAtOnce ? System.nanoTime() : deadline;
      int wake = task.waker().beginHostCall();
      if (wake < 0) {
        return wake;
      }
      try {
        while (true) {
          boolean interrupted = task.signals().interrupted();
          System.arraycopy(wanted, 0, ready, 0, wanted.length);
          long n = HostEvents.poll(hosts, ready, wake, interrupted ? System.nanoTime() : limit);
          if (n < 0 && n != Errno.RESTART) {
            return n;
          }
          long total = merge(fixed);
          if (total > 0 || n == 0 && !interrupted) {
            return total;
          }
          if (interrupted) {
            return Errno.RESTART_NO_HANDLER;
          }
          task.waker().endHostCall();
          task.waker().beginHostCall();
        }
      } finally {
        task.waker().endHostCall();
      }
    }

    private long merge(short[] fixed) {
      long total = 0;
      for (int i = 0; i < ready.length; i++) {
        if (hosts[i] < 0) {
          ready[i] = fixed[i];
        }
        if (ready[i] != 0) {
          total++;
        }
      }
      return total;
    }

    @Override
    public void close() {
      held.forEach(OpenFile::release);
    }
  }

  /** The deadline of a timeout in guest memory; {@link TimeValue#INVALID} for a bad one. */
  private static long deadline(Task task, long timeout) {
    if (timeout == 0) {
      return Long.MAX_VALUE;
    }
    long nanos = TimeValue.timespec(task.memory(), timeout);
    return nanos == TimeValue.INVALID ? TimeValue.INVALID : TimeValue.deadline(nanos);
  }

  /** Stores the time that is left, as Linux does, and puts the signal mask back. */
  private static long finish(Task task, long result, long timeout, long deadline) {
    if (timeout != 0 && deadline != Long.MAX_VALUE) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (task.memory().isWritable(timeout, TimeValue.SIZE)) {
        TimeValue.putTimespec(task.memory(), timeout, left);
      }
    }
    if (result != Errno.RESTART_NO_HANDLER) {
      task.signals().restoreBlocked();
    }
    return result;
  }

  private static long poll(
      Task task, long entries, long number, long timeout, long mask, long size) {
    if (number < 0 || number > DescriptorTable.LIMIT || mask != 0 && size != SET_SIZE) {
      return Errno.EINVAL;
    }
    long deadline = deadline(task, timeout);
    if (deadline == TimeValue.INVALID) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    int count = (int) number;
    memory.requireWritable(entries, (long) count * ENTRY_SIZE);
    try (Watched watched = new Watched(task, count)) {
      for (int i = 0; i < count; i++) {
        long entry = entries + (long) i * ENTRY_SIZE;
        watched.add(i, memory.getInt(entry), (short) memory.getShort(entry + 4));
      }
      if (mask != 0) {
        task.signals().setTemporarilyBlocked(memory.getLong(mask));
      }
      long result = watched.await(deadline);
      if (result >= 0) {
        for (int i = 0; i < count; i++) {
          memory.putShort(entries + (long) i * ENTRY_SIZE + 6, watched.ready[i]);
        }
      }
      return finish(task, result, timeout, deadline);
    }
  }

  private static long select(
      Task task, int number, long read, long write, long except, long timeout, long mask) {
    if (number < 0) {
      return Errno.EINVAL;
    }
    long deadline = deadline(task, timeout);
    if (deadline == TimeValue.INVALID) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    int count = Math.min(number, DescriptorTable.LIMIT);
    long[] sets = {read, write, except};
    List<Integer> descriptors = new ArrayList<>();
    List<Short> events = new ArrayList<>();
    for (int fd = 0; fd < count; fd++) {
      short wanted = wanted(memory, sets, fd);
      if (wanted != 0) {
        descriptors.add(fd);
        events.add(wanted);
      }
    }
    try (Watched watched = new Watched(task, descriptors.size())) {
      for (int i = 0; i < descriptors.size(); i++) {
        if (!watched.add(i, descriptors.get(i), events.get(i))) {
          return Errno.EBADF;
        }
      }
      if (mask != 0) {
        long set = memory.getLong(mask);
        if (set != 0) {
          if (memory.getLong(mask + 8) != SET_SIZE) {
            return Errno.EINVAL;
          }
          task.signals().setTemporarilyBlocked(memory.getLong(set));
        }
      }
      long result = watched.await(deadline);
      if (result >= 0) {
        result = store(memory, sets, count, descriptors, watched);
      }
      return finish(task, result, timeout, deadline);
    }
  }

  private static short wanted(GuestMemory memory, long[] sets, int fd) {
    int wanted = 0;
    short[] events = {READ, WRITE, POLLPRI};
    for (int i = 0; i < sets.length; i++) {
      if (sets[i] != 0 && (memory.getByte(sets[i] + fd / 8) >>> fd % 8 & 1) != 0) {
        wanted |= events[i];
      }
    }
    return (short) wanted;
  }

  /** Writes the sets of ready descriptors and counts their members. */
  private static long store(
      GuestMemory memory, long[] sets, int count, List<Integer> descriptors, Watched watched) {
    short[] meaning = {(short) (READ | POLLHUP | POLLERR), (short) (WRITE | POLLERR), POLLPRI};
    short[] asked = {READ, WRITE, POLLPRI};
    long total = 0;
    for (int s = 0; s < sets.length; s++) {
      if (sets[s] == 0) {
        continue;
      }
      byte[] bits = new byte[(count + 63) / 64 * 8];
      for (int i = 0; i < descriptors.size(); i++) {
        int fd = descriptors.get(i);
        if ((watched.wanted[i] & asked[s]) != 0 && (watched.ready[i] & meaning[s]) != 0) {
          bits[fd / 8] |= (byte) (1 << fd % 8);
          total++;
        }
      }
      memory.putBytes(sets[s], bits);
    }
    return total;
  }
}
