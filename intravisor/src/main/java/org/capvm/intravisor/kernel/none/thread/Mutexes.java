package org.capvm.intravisor.kernel.none.thread;

import java.util.ArrayDeque;
import java.util.Queue;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** Mutexes, handed to who waits longest. */
public final class Mutexes {
  private static final int MOST = 1024;

  private static final class Mutex {
    private final boolean recursive;
    private BareThread owner;
    private long depth;
    private final Queue<BareThread> waiting = new ArrayDeque<>();

    Mutex(boolean recursive) {
      this.recursive = recursive;
    }
  }

  private final BareThreads threads;
  private final Handles<Mutex> mutexes = new Handles<>(MOST);

  public Mutexes(BareThreads threads) {
    this.threads = threads;
  }

  /** Makes a mutex; its handle or EAGAIN. */
  public long allocate(boolean recursive) {
    return threads.locked(() -> mutexes.add(new Mutex(recursive)));
  }

  /** Ends a mutex: 0, EINVAL, or EBUSY while it is held. */
  public long free(long handle) {
    return threads.locked(
        () -> {
          Mutex mutex = mutexes.get(handle);
          if (mutex == null) {
            return Errno.EINVAL;
          }
          if (mutex.owner != null) {
            return Errno.EBUSY;
          }
          mutexes.remove(handle);
          return 0;
        });
  }

  /** Takes a mutex, and waits for it if need be: 0, EINVAL or EDEADLK. */
  public long lock(BareThread caller, long handle) {
    return threads.locked(
        () -> {
          Mutex mutex = mutexes.get(handle);
          if (mutex == null) {
            return Errno.EINVAL;
          }
          if (mutex.owner == caller && !mutex.recursive) {
            return Errno.EDEADLK;
          }
          if (mutex.owner == null || mutex.owner == caller) {
            mutex.owner = caller;
            mutex.depth++;
            return 0;
          }
          mutex.waiting.add(caller);
          long result = caller.await(mutex.owner, () -> mutex.owner == caller);
          if (result < 0) {
            mutex.waiting.remove(caller);
          }
          return result;
        });
  }

  /** Gives a mutex back: 0, EINVAL, or EPERM when the caller does not hold it. */
  public long unlock(BareThread caller, long handle) {
    return threads.locked(
        () -> {
          Mutex mutex = mutexes.get(handle);
          if (mutex == null) {
            return Errno.EINVAL;
          }
          if (mutex.owner != caller) {
            return Errno.EPERM;
          }
          mutex.depth--;
          if (mutex.depth == 0) {
            hand(mutex, mutex.waiting.poll());
          }
          return 0;
        });
  }

  private static void hand(Mutex mutex, BareThread next) {
    mutex.owner = next;
    if (next != null) {
      mutex.depth = 1;
      next.awaitsNow(null);
      next.signal();
      mutex.waiting.forEach(t -> t.awaitsNow(next));
    }
  }
}
