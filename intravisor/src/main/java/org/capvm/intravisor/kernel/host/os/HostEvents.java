package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * The host's descriptors for events: pipes, event counters, timers, epoll; and poll. All are
 * non-blocking and close-on-exec. Results are values or negative errors.
 */
public final class HostEvents {
  /** The size of struct epoll_event, which only x86-64 packs, and the offset of its data. */
  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

  private static final int EVENT_SIZE = X86 ? 12 : 16;
  private static final int EVENT_DATA = X86 ? 4 : 8;

  private static final ValueLayout.OfLong UNALIGNED = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int CLOEXEC = 0x80000;
  private static final int NONBLOCK = 0x800;
  private static final long NANOS = 1_000_000_000L;

  /** Most events that one {@link #epollWait} returns. */
  public static final int EVENT_LIMIT = 1024;

  /** IN_DONT_FOLLOW: a symbolic link is watched itself. */
  public static final int WATCH_LINK = 0x02000000;

  private HostEvents() {}

  /** One ready descriptor of an epoll instance. */
  public record Event(int events, long data) {}

  /** Makes a pipe; {@code pipe} gets the reading and the writing end. */
  public static long pipe(int[] pipe) {
    MemorySegment scratch = Scratch.get().memory();
    long r = HostSystem.call(HostNumbers.PIPE2, scratch.address(), CLOEXEC | NONBLOCK);
    pipe[0] = scratch.get(ValueLayout.JAVA_INT, 0);
    pipe[1] = scratch.get(ValueLayout.JAVA_INT, 4);
    return r;
  }

  /**
   * @param semaphore whether a read takes 1 instead of everything
   */
  public static long eventCounter(int initial, boolean semaphore) {
    return HostSystem.call(
        HostNumbers.EVENTFD2,
        Integer.toUnsignedLong(initial),
        CLOEXEC | NONBLOCK | (semaphore ? 1 : 0));
  }

  public static long timer(int clock) {
    return HostSystem.call(HostNumbers.TIMERFD_CREATE, clock, CLOEXEC | NONBLOCK);
  }

  /** Arms a timer with a struct itimerspec of 32 bytes; {@code old} gets the former setting. */
  public static long setTimer(int timer, int flags, MemorySegment setting, byte[] old) {
    MemorySegment scratch = Scratch.get().memory();
    MemorySegment.copy(setting, 0, scratch, 0, 32);
    long r =
        HostSystem.call(
            HostNumbers.TIMERFD_SETTIME, timer, flags, scratch.address(), scratch.address() + 32);
    MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 32, old, 0, 32);
    return r;
  }

  /** Reads the setting of a timer: a struct itimerspec. */
  public static long timerSetting(int timer, byte[] setting) {
    MemorySegment scratch = Scratch.get().memory();
    long r = HostSystem.call(HostNumbers.TIMERFD_GETTIME, timer, scratch.address());
    MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 0, setting, 0, 32);
    return r;
  }

  /** An inotify instance. */
  public static long watcher() {
    return HostSystem.call(HostNumbers.INOTIFY_INIT1, CLOEXEC | NONBLOCK);
  }

  /**
   * Watches what a descriptor refers to, which may be opened with O_PATH.
   *
   * @param mask of inotify_add_watch; links are nobody's business any more
   */
  public static long addWatch(int watcher, int descriptor, int mask) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom("/proc/self/fd/" + descriptor);
      return HostSystem.call(
          HostNumbers.INOTIFY_ADD_WATCH,
          watcher,
          path.address(),
          Integer.toUnsignedLong(mask & ~WATCH_LINK));
    }
  }

  public static long removeWatch(int watcher, int watch) {
    return HostSystem.call(HostNumbers.INOTIFY_RM_WATCH, watcher, watch);
  }

  public static long epoll() {
    return HostSystem.call(HostNumbers.EPOLL_CREATE1, CLOEXEC);
  }

  public static long epollControl(int epoll, int operation, int descriptor, Event event) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, event.events());
    scratch.set(UNALIGNED, EVENT_DATA, event.data());
    return HostSystem.call(HostNumbers.EPOLL_CTL, epoll, operation, descriptor, scratch.address());
  }

  /** Takes the events that are ready, at most {@code ready.length}, without waiting. */
  public static long epollWait(int epoll, Event[] ready) {
    MemorySegment scratch = Scratch.get().memory();
    int limit = Math.min(ready.length, EVENT_LIMIT);
    long n = HostSystem.call(HostNumbers.EPOLL_PWAIT, epoll, scratch.address(), limit, 0, 0, 8);
    for (int i = 0; i < n; i++) {
      long event = (long) EVENT_SIZE * i;
      ready[i] =
          new Event(
              scratch.get(ValueLayout.JAVA_INT_UNALIGNED, event),
              scratch.get(UNALIGNED, event + EVENT_DATA));
    }
    return n;
  }

  /**
   * Waits for descriptors and for a wake descriptor.
   *
   * @param descriptors negative ones are never ready
   * @param events what to wait for, replaced by what is ready
   * @param deadline in nanoseconds of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
   * @return how many are ready, 0 after the deadline, RESTART when only the wake descriptor is
   */
  public static long poll(int[] descriptors, short[] events, int wakeDescriptor, long deadline) {
    int count = descriptors.length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(8L * (count + 1) + 16, 8);
      for (int i = 0; i < count; i++) {
        set.set(ValueLayout.JAVA_INT, 8L * i, descriptors[i]);
        set.set(ValueLayout.JAVA_SHORT, 8L * i + 4, events[i]);
      }
      set.set(ValueLayout.JAVA_INT, 8L * count, wakeDescriptor);
      set.set(ValueLayout.JAVA_SHORT, 8L * count + 4, (short) Host.POLLIN);
      long timeout = set.address() + 8L * (count + 1);
      long n;
      do {
        long pointer = 0;
        if (deadline != Long.MAX_VALUE) {
          long left = Math.max(0, deadline - System.nanoTime());
          set.set(ValueLayout.JAVA_LONG, 8L * (count + 1), left / NANOS);
          set.set(ValueLayout.JAVA_LONG, 8L * (count + 1) + 8, left % NANOS);
          pointer = timeout;
        }
        n = HostSystem.call(HostNumbers.PPOLL, set.address(), count + 1, pointer, 0, 8);
      } while (n == Errno.EINTR);
      if (n < 0) {
        return n;
      }
      for (int i = 0; i < count; i++) {
        events[i] = set.get(ValueLayout.JAVA_SHORT, 8L * i + 6);
      }
      boolean woken = set.get(ValueLayout.JAVA_SHORT, 8L * count + 6) != 0;
      long others = woken ? n - 1 : n;
      return others == 0 && woken ? Errno.RESTART : others;
    }
  }
}
