package org.capvm.intravisor.kernel.none.thread;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.hart.Hart;

/**
 * Timers that call a guest function. One thread of the cVM, started with the first timer, waits for
 * all of them and calls their functions one after the other.
 */
public final class Timers {
  private static final int MOST = 64;

  private static final class Timer {
    private final ThreadStart start;
    private long due;

    Timer(ThreadStart start) {
      this.start = start;
    }
  }

  private final BareThreads threads;
  private final Handles<Timer> timers = new Handles<>(MOST);

  /** Those that are set; compared as {@link System#nanoTime} wants it. */
  private final PriorityQueue<Timer> set =
      new PriorityQueue<>(Comparator.comparing(t -> t.due, (a, b) -> Long.signum(a - b)));

  private BareThread thread;

  public Timers(BareThreads threads) {
    this.threads = threads;
  }

  /** Makes a timer that is not set; its handle or EAGAIN. */
  public long allocate(ThreadStart start) {
    return threads.locked(
        () -> {
          if (timers.next() < 0) {
            return timers.next();
          }
          if (thread == null) {
            long id = threads.create(new Body());
            if (id < 0) {
              return id;
            }
            thread = threads.thread(id);
            thread.detached = true;
          }
          return timers.add(new Timer(start));
        });
  }

  /** Lets a timer fire once after some nanoseconds, or, after 0, not at all: 0 or EINVAL. */
  public long setOnce(long handle, long nanoseconds) {
    return threads.locked(
        () -> {
          Timer timer = timers.get(handle);
          if (timer == null || nanoseconds < 0) {
            return Errno.EINVAL;
          }
          set.remove(timer);
          if (nanoseconds > 0) {
            timer.due = System.nanoTime() + Math.min(nanoseconds, Long.MAX_VALUE >> 1);
            set.add(timer);
            thread.signal();
          }
          return 0;
        });
  }

  /** Ends a timer, but not a call of its function that has begun: 0 or EINVAL. */
  public long free(long handle) {
    return threads.locked(
        () -> {
          Timer timer = timers.get(handle);
          if (timer == null) {
            return Errno.EINVAL;
          }
          set.remove(timer);
          timers.remove(handle);
          return 0;
        });
  }

  /** Calls the functions. */
  private final class Body implements BareThreads.Body {
    @Override
    public void run(BareThread self) {
      int place = threads.place(self);
      while (true) {
        ThreadStart start = awaitDue(self);
        Hart h = self.hart();
        start.apply(h);
        threads.harts().setStack(h, place);
        threads.harts().run(h);
        threads.requireRunning();
      }
    }

    @Override
    public void goOn(BareThread self) {
      threads.harts().run(self.hart());
      threads.requireRunning();
      run(self);
    }
  }

  private ThreadStart awaitDue(BareThread self) {
    threads.lock().lock();
    try {
      while (true) {
        threads.requireRunning();
        Timer next = set.peek();
        long left = next == null ? Long.MAX_VALUE : next.due - System.nanoTime();
        if (left <= 0) {
          set.remove();
          return next.start;
        }
        self.pause(left);
      }
    } finally {
      threads.lock().unlock();
    }
  }
}
