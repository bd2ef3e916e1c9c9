package org.capvm.intravisor.kernel.none.thread;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.capability.Capability;

/** The keys of thread-local values. */
public final class ThreadLocals {
  /** How many keys a cVM can have; POSIX asks for as many. */
  static final int MOST = 128;

  private final BareThreads threads;
  private final Handles<Boolean> keys = new Handles<>(MOST);

  public ThreadLocals(BareThreads threads) {
    this.threads = threads;
  }

  /** Makes a key; its handle, or EAGAIN. */
  public long allocate() {
    return threads.locked(() -> keys.add(true));
  }

  /** Ends a key: 0, or EINVAL. */
  public long free(long key) {
    return threads.locked(
        () -> {
          if (keys.get(key) == null) {
            return Errno.EINVAL;
          }
          keys.remove(key);
          return 0;
        });
  }

  /** Sets a thread's value: 0, or EINVAL when there is no such key. */
  public long set(BareThread thread, long key, Capability value) {
    long found = threads.locked(() -> keys.get(key) == null ? Errno.EINVAL : 0);
    if (found == 0) {
      thread.locals().set(keys.place(key), key, value);
    }
    return found;
  }

  /** A thread's value, NULL where it has none, also for what is no key. */
  public Capability get(BareThread thread, long key) {
    return key <= 0 ? Capability.NULL : thread.locals().get(keys.place(key), key);
  }
}
