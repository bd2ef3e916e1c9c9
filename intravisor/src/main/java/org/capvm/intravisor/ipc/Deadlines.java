package org.capvm.intravisor.ipc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when the time of a call is up. Who begins something announces only a deadline that is
 * earlier than all others, so that calls of about the same limit cost a comparison.
 */
public final class Deadlines {
  /** No deadline. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How long the thread stays without anything to wait for. */
  private static final long LINGER = TimeUnit.SECONDS.toNanos(1);

  private static final long START = System.nanoTime();

  /** Something that has deadlines. */
  @FunctionalInterface
  public interface Source {
    /** Ends what is due by now; the earliest deadline of the rest, or {@link #NEVER}. */
    long expire(long now);
  }

  private final List<Source> sources = new CopyOnWriteArrayList<>();

  /** When the thread will look again, unless it is woken. */
  private volatile long next = Long.MIN_VALUE;

  private volatile Thread thread;

  /** A deadline in some nanoseconds from now; {@link #NEVER} for {@link Participant#FOR_EVER}. */
  public static long in(long nanoseconds) {
    if (nanoseconds < 0) {
      return NEVER;
    }
    long now = now();
    return nanoseconds > NEVER - now ? NEVER : now + nanoseconds;
  }

  private static long now() {
    return System.nanoTime() - START;
  }

  /** Has a source looked at from now on. */
  public void add(Source source) {
    sources.add(source);
  }

  /** Forgets a source. */
  public void remove(Source source) {
    sources.remove(source);
  }

  /**
   * Sees to a deadline that a source has from now on: the source was changed before. The thread
   * says when it looks next, and then looks once more; so one of both sees what the other did.
   */
  public void watch(long deadline) {
    if (deadline == NEVER) {
      return;
    }
    Thread running = thread;
    if (running == null) {
      startThread();
    } else if (deadline < next) {
      LockSupport.unpark(running);
    }
  }

  private synchronized void startThread() {
    if (thread == null) {
      next = Long.MIN_VALUE;
      thread = Thread.ofPlatform().daemon().name("call limits").start(this::run);
    } else {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    do {
      long earliest = look();
      next = earliest;
      if (look() >= earliest) {
        LockSupport.parkNanos(this, earliest == NEVER ? LINGER : earliest - now());
      }
    } while (!mayEnd());
  }

  private long look() {
    long now = now();
    long earliest = NEVER;
    for (Source source : sources) {
      earliest = Math.min(earliest, source.expire(now));
    }
    return earliest;
  }

  /** Ends the thread when there is nothing to wait for; who comes next starts another. */
  private synchronized boolean mayEnd() {
    if (next != NEVER) {
      return false;
    }
    thread = null;
    if (look() == NEVER) {
      return true;
    }
    thread = Thread.currentThread();
    return false;
  }
}
