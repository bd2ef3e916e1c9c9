package org.capvm.intravisor.kernel.host.time;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * The host's clocks in nanoseconds, without a host call for each reading: guests ask for the time
 * tens of thousands of times a second.
 */
public final class Clocks {
  public static final int REALTIME = 0;
  public static final int MONOTONIC = 1;
  public static final int PROCESS_CPUTIME = 2;
  public static final int THREAD_CPUTIME = 3;
  public static final int MONOTONIC_RAW = 4;
  public static final int REALTIME_COARSE = 5;
  public static final int MONOTONIC_COARSE = 6;
  public static final int BOOTTIME = 7;
  public static final int REALTIME_ALARM = 8;
  public static final int BOOTTIME_ALARM = 9;
  public static final int TAI = 11;

  public static final long NANOS = 1_000_000_000L;

  /** Selects the processor time of one thread in a dynamic clock number (CPUCLOCK_PERTHREAD). */
  private static final int PER_THREAD_SCHEDULED = 6;

  private final long monotonicOffset;
  private final long bootOffset;

  public Clocks() {
    this.monotonicOffset = read(MONOTONIC) - System.nanoTime();
    this.bootOffset = read(BOOTTIME) - System.nanoTime();
  }

  /** Time since 1970-01-01 UTC. */
  public long realtime() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS + now.getNano();
  }

  /** Time since some point before the host booted; never goes back. */
  public long monotonic() {
    return System.nanoTime() + monotonicOffset;
  }

  /** As {@link #monotonic}, counting time in suspension before this object was made. */
  public long bootTime() {
    return System.nanoTime() + bootOffset;
  }

  /** Whether {@link #now} knows a clock. */
  public static boolean isWallClock(int clock) {
    return switch (clock) {
      case REALTIME,
          MONOTONIC,
          MONOTONIC_RAW,
          REALTIME_COARSE,
          MONOTONIC_COARSE,
          BOOTTIME,
          REALTIME_ALARM,
          BOOTTIME_ALARM,
          TAI ->
          true;
      default -> false;
    };
  }

  /** The time of a clock of {@link #isWallClock}. */
  public long now(int clock) {
    return switch (clock) {
      case REALTIME, REALTIME_COARSE, REALTIME_ALARM, TAI -> realtime();
      case BOOTTIME, BOOTTIME_ALARM -> bootTime();
      default -> monotonic();
    };
  }

  /**
   * The instant of {@link System#nanoTime} at which a clock shows a time; a later change of the
   * host's clock is not followed.
   */
  public long deadline(int clock, long time) {
    long left = time - now(clock);
    long now = System.nanoTime();
    return left > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + left;
  }

  /** Processor time of a thread of this JVM by its host number, 0 when it has ended. */
  public static long threadTime(int hostThread) {
    return read(~hostThread << 3 | PER_THREAD_SCHEDULED);
  }

  /** Processor time of the calling thread. */
  public static long currentThreadTime() {
    return read(THREAD_CPUTIME);
  }

  private static long read(int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(16, 8);
      if (HostSystem.call(HostNumbers.CLOCK_GETTIME, clock, time.address()) != 0) {
        return 0;
      }
      return time.get(ValueLayout.JAVA_LONG, 0) * NANOS + time.get(ValueLayout.JAVA_LONG, 8);
    }
  }
}
