package org.capvm.intravisor.kernel.host.time;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.signal.TaskSignals;

/** The timers of a process: the three interval timers and those of timer_create. */
public final class ProcessTimers implements AutoCloseable {
  public static final int ITIMER_REAL = 0;
  public static final int ITIMER_VIRTUAL = 1;
  public static final int ITIMER_PROF = 2;

  /** Most timers that a process can create. */
  private static final int LIMIT = 1024;

  private final TimerQueue queue;
  private final Clocks clocks;
  private final LongSupplier cpuTime;
  private final ProcessSignals signals;
  private final IntervalTimer[] intervals = new IntervalTimer[3];
  private final Map<Integer, Created> created = new HashMap<>();
  private int nextId;

  /** How a timer of timer_create tells that it expired. */
  public record Notification(int signal, long value, TaskSignals receiver) {
    /** A timer that tells nobody. */
    public static final Notification NONE = new Notification(0, 0, null);
  }

  /** A timer of timer_create. */
  public static final class Created {
    private final IntervalTimer timer;
    private final int clock;

    private Created(IntervalTimer timer, int clock) {
      this.timer = timer;
      this.clock = clock;
    }

    public IntervalTimer timer() {
      return timer;
    }

    /** The clock it was made for. */
    public int clock() {
      return clock;
    }
  }

  /**
   * @param cpuTime processor time of the process in nanoseconds
   */
  public ProcessTimers(
      TimerQueue queue, Clocks clocks, LongSupplier cpuTime, ProcessSignals signals) {
    this.queue = queue;
    this.clocks = clocks;
    this.cpuTime = cpuTime;
    this.signals = signals;
    intervals[ITIMER_REAL] = interval(clocks::monotonic, Signals.SIGALRM);
    intervals[ITIMER_VIRTUAL] = interval(cpuTime, Signals.SIGVTALRM);
    intervals[ITIMER_PROF] = interval(cpuTime, Signals.SIGPROF);
  }

  private IntervalTimer interval(LongSupplier clock, int signal) {
    return new IntervalTimer(queue, clock, n -> signals.post(SignalInfo.kernel(signal)));
  }

  /**
   * An interval timer: {@link #ITIMER_REAL}, or one of those on processor time. User and system
   * time are not told apart.
   */
  public IntervalTimer interval(int which) {
    return intervals[which];
  }

  /** The time of a clock that timers can be made for. */
  public LongSupplier clock(int clock) {
    boolean wall = Clocks.isWallClock(clock);
    return wall ? () -> clocks.now(clock) : cpuTime;
  }

  /**
   * Makes a timer.
   *
   * @return its number, or -1 when there are too many
   */
  public synchronized int create(int clock, Notification notification) {
    if (created.size() >= LIMIT) {
      return -1;
    }
    int id = nextId++;
    IntervalTimer timer = new IntervalTimer(queue, clock(clock), n -> expired(id, notification, n));
    created.put(id, new Created(timer, clock));
    signals.timerCreated(id);
    return id;
  }

  /** Signals, or counts where the signal before still waits; the timer thread alone calls this. */
  private void expired(int id, Notification notification, long expirations) {
    int signal = notification.signal();
    if (signal == 0) {
      return;
    }
    SignalInfo info = SignalInfo.timer(signal, id, expirations - 1, notification.value());
    TaskSignals receiver = notification.receiver();
    if (receiver != null) {
      if (!receiver.addOverrun(signal, id, expirations)) {
        receiver.post(info);
      }
    } else if (!signals.addOverrun(signal, id, expirations)) {
      signals.post(info);
    }
  }

  /** A timer of {@link #create}, or null. */
  public synchronized Created created(int id) {
    return created.get(id);
  }

  /** Deletes a timer; false when there is none. */
  public synchronized boolean delete(int id) {
    Created timer = created.remove(id);
    if (timer == null) {
      return false;
    }
    timer.timer.disarm();
    signals.timerDeleted(id);
    return true;
  }

  /** execve: deletes the timers of timer_create; interval timers stay armed. */
  public synchronized void deleteCreated() {
    List.copyOf(created.keySet()).forEach(this::delete);
  }

  /** The process ended. */
  @Override
  public void close() {
    deleteCreated();
    for (IntervalTimer timer : intervals) {
      timer.disarm();
    }
  }
}
