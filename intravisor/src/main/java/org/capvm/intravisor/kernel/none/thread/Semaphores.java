package org.capvm.intravisor.kernel.none.thread;

import java.util.ArrayDeque;
import java.util.Queue;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** Counting semaphores. Who waits longest goes first. */
public final class Semaphores {
  private static final int MOST = 1024;

  private static final class Semaphore {
    private long count;
    private final Queue<BareThread> waiting = new ArrayDeque<>();
  }

  private final BareThreads threads;
  private final Handles<Semaphore> semaphores = new Handles<>(MOST);

  public Semaphores(BareThreads threads) {
    this.threads = threads;
  }

  /** Makes a semaphore; its handle, EINVAL or EAGAIN. */
  public long allocate(long count) {
    if (count < 0 || count > Integer.MAX_VALUE) {
      return Errno.EINVAL;
    }
    return threads.locked(
        () -> {
          Semaphore made = new Semaphore();
          made.count = count;
          return semaphores.add(made);
        });
  }

  /** Ends a semaphore: 0, EINVAL, or EBUSY while threads wait for it. */
  public long free(long handle) {
    return threads.locked(
        () -> {
          Semaphore semaphore = semaphores.get(handle);
          if (semaphore == null) {
            return Errno.EINVAL;
          }
          if (!semaphore.waiting.isEmpty()) {
            return Errno.EBUSY;
          }
          semaphores.remove(handle);
          return 0;
        });
  }

  /** Adds one, or lets go who waits: 0, EINVAL or EOVERFLOW. */
  public long up(long handle) {
    return threads.locked(
        () -> {
          Semaphore semaphore = semaphores.get(handle);
          if (semaphore == null) {
            return Errno.EINVAL;
          }
          BareThread next = semaphore.waiting.poll();
          if (next != null) {
            next.signal();
          } else if (semaphore.count == Integer.MAX_VALUE) {
            return Errno.EOVERFLOW;
          } else {
            semaphore.count++;
          }
          return 0;
        });
  }

  /** Takes one, and waits for it if need be: 0 or EINVAL. */
  public long down(BareThread caller, long handle) {
    return threads.locked(
        () -> {
          Semaphore semaphore = semaphores.get(handle);
          if (semaphore == null) {
            return Errno.EINVAL;
          }
          if (semaphore.count > 0) {
            semaphore.count--;
          } else {
            semaphore.waiting.add(caller);
            caller.await(() -> !semaphore.waiting.contains(caller));
          }
          return 0;
        });
  }
}
