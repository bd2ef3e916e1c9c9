package org.capvm.intravisor.kernel.host.time;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs actions at given times on one thread, for all timers of a cVM. */
public final class TimerQueue implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor executor;

  public TimerQueue() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            action -> {
              Thread thread = new Thread(action, "guest-timers");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs an action after a delay in nanoseconds; it must not wait. */
  Future<?> after(long delay, Runnable action) {
    return executor.schedule(action, Math.max(0, delay), TimeUnit.NANOSECONDS);
  }

  /** Forgets all timers. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
