package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.FUNCTION;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.Thing.TIMER;
import static org.capvm.intravisor.hostcall.Argument.VALUE;
import static org.capvm.intravisor.hostcall.Argument.handle;

import java.time.Clock;
import java.time.Instant;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.intravisor.kernel.none.thread.ThreadStart;
import org.capvm.intravisor.kernel.none.thread.Timers;

/** The time, and timers. */
public final class TimeCalls {
  private TimeCalls() {}

  /** Adds the calls. */
  public static void addTo(HostcallTable table, BareThreads threads, Clock clock) {
    table.add(25, "time", h -> nanoseconds(clock.instant()));
    Timers timers = new Timers(threads);
    table.add(26, "timer_alloc", h -> timers.allocate(ThreadStart.of(h)), FUNCTION, VALUE);
    table.add(27, "timer_set_oneshot", h -> timers.setOnce(h.x10, h.x11), handle(TIMER), INTEGER);
    table.add(28, "timer_free", h -> timers.free(h.x10), handle(TIMER));
  }

  /** Since 1970. */
  private static long nanoseconds(Instant now) {
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }
}
