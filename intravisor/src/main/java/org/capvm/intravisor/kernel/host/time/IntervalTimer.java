package org.capvm.intravisor.kernel.host.time;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A timer on any clock, wall or processor time: expires once or again and again.
 *
 * <p>A processor-time clock is looked at again when the time has passed that it could have taken at
 * the earliest, so such a timer is late by the time the process did not run.
 */
public final class IntervalTimer {
  /** Shortest period in nanoseconds: a guest cannot occupy the timer thread. */
  private static final long SHORTEST = 50_000;

  private final TimerQueue queue;
  private final LongSupplier clock;
  private final LongConsumer expired;
  private long target;
  private long interval;
  private boolean armed;
  private Future<?> scheduled;

  /** Counts settings, so that a check of an earlier one finds out that it is late. */
  private long generation;

  /**
   * What a timer is set to, in nanoseconds.
   *
   * @param remaining until the next expiration, 0 when disarmed
   * @param interval between expirations, 0 for a single one
   */
  public record Setting(long remaining, long interval) {}

  /**
   * @param clock its time in nanoseconds
   * @param expired gets the number of expirations since the last call, at least 1; runs on the
   *     timer thread and must not wait
   */
  public IntervalTimer(TimerQueue queue, LongSupplier clock, LongConsumer expired) {
    this.queue = queue;
    this.clock = clock;
    this.expired = expired;
  }

  public synchronized Setting setting() {
    if (!armed) {
      return new Setting(0, interval);
    }
    return new Setting(Math.max(1, target - clock.getAsLong()), interval);
  }

  /**
   * Arms the timer.
   *
   * @param first time of the first expiration on the timer's clock
   * @param period nanoseconds between later expirations, 0 for none
   * @return what it was set to before
   */
  public synchronized Setting arm(long first, long period) {
    Setting before = setting();
    stop();
    target = first;
    interval = period;
    armed = true;
    schedule();
    return before;
  }

  /** Arms the timer relative to now, see {@link #arm}. */
  public Setting armAfter(long delay, long period) {
    long now = clock.getAsLong();
    return arm(delay > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delay, period);
  }

  /** Stops the timer and returns what it was set to. */
  public synchronized Setting disarm() {
    Setting before = setting();
    stop();
    interval = 0;
    return before;
  }

  private void stop() {
    armed = false;
    generation++;
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }

  private void schedule() {
    try {
      long current = generation;
      long delay = Math.max(target - clock.getAsLong(), SHORTEST);
      scheduled = queue.after(delay, () -> check(current));
    } catch (RejectedExecutionException e) {
      // The cVM is going down: nobody is left to signal.
      armed = false;
    }
  }

  private void check(long armedAs) {
    long expirations = 0;
    synchronized (this) {
      if (!armed || generation != armedAs) {
        return;
      }
      long late = clock.getAsLong() - target;
      if (late >= 0) {
        expirations = 1;
        if (interval > 0) {
          expirations += late / interval;
          target += expirations * interval;
        } else {
          armed = false;
        }
      }
      if (armed) {
        schedule();
      }
    }
    if (expirations > 0) {
      expired.accept(expirations);
    }
  }
}
