package org.capvm.intravisor.hostcall;

import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.intravisor.kernel.none.thread.Mutexes;
import org.capvm.intravisor.kernel.none.thread.Semaphores;

/** Semaphores and mutexes; a0 is the handle, but where one is made. */
public final class SynchronizationCalls {
  private SynchronizationCalls() {}

  /** Adds the calls. */
  public static void addTo(HostcallTable table, BareThreads threads) {
    Semaphores semaphores = new Semaphores(threads);
    table.add(3, "sem_alloc", h -> semaphores.allocate(h.x10));
    table.add(4, "sem_free", h -> semaphores.free(h.x10));
    table.add(5, "sem_up", h -> semaphores.up(h.x10));
    table.add(6, "sem_down", h -> semaphores.down(BareThread.of(h), h.x10));

    Mutexes mutexes = new Mutexes(threads);
    table.add(7, "mutex_alloc", h -> mutexes.allocate(h.x10 != 0));
    table.add(8, "mutex_free", h -> mutexes.free(h.x10));
    table.add(9, "mutex_lock", h -> mutexes.lock(BareThread.of(h), h.x10));
    table.add(10, "mutex_unlock", h -> mutexes.unlock(BareThread.of(h), h.x10));
  }
}
