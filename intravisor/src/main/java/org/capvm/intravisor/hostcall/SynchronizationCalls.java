package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.FLAG;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.Thing.MUTEX;
import static org.capvm.intravisor.hostcall.Argument.Thing.SEMAPHORE;
import static org.capvm.intravisor.hostcall.Argument.handle;

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
    table.add(3, "sem_alloc", h -> semaphores.allocate(h.x10), INTEGER);
    table.add(4, "sem_free", h -> semaphores.free(h.x10), handle(SEMAPHORE));
    table.add(5, "sem_up", h -> semaphores.up(h.x10), handle(SEMAPHORE));
    table.add(6, "sem_down", h -> semaphores.down(BareThread.of(h), h.x10), handle(SEMAPHORE));

    Mutexes mutexes = new Mutexes(threads);
    table.add(7, "mutex_alloc", h -> mutexes.allocate(h.x10 != 0), FLAG);
    table.add(8, "mutex_free", h -> mutexes.free(h.x10), handle(MUTEX));
    table.add(9, "mutex_lock", h -> mutexes.lock(BareThread.of(h), h.x10), handle(MUTEX));
    table.add(10, "mutex_unlock", h -> mutexes.unlock(BareThread.of(h), h.x10), handle(MUTEX));
  }
}
