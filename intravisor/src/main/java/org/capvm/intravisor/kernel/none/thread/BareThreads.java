package org.capvm.intravisor.kernel.none.thread;

import elf4j.Logger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.ipc.Deadlines;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;

/**
 * The threads of a bare cVM, which ends when its first thread does, when a thread faults, or when
 * it is killed: all of them leave then, wherever they are.
 */
public final class BareThreads {
  /** As many as the original Intravisor has stacks for. */
  public static final int MOST = 63;

  /**
   * Java stack of a guest thread in bytes: virtual memory, committed as it is used. As for programs
   * under a kernel, it is a cache of the guest's own stack.
   */
  private static final long JAVA_STACK = 256L << 20;

  private static final Logger LOG = Logger.instance();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition allEnded = lock.newCondition();
  private final Harts harts;
  private final String name;
  private final int most;
  private final Runnable onEnding;
  private final Deadlines deadlines;
  private final Services services = new Services(this);
  private final Handles<BareThread> threads = new Handles<>(MOST);
  private volatile boolean ending;
  private BareThread first;
  private int running;

  /** What threads that run leave of those that there may be. */
  private volatile int placesForServices;

  private long endedCpuTime;
  private int status;
  private boolean statusDecided;

  /** Those whose hostcalls are served, and which end before this cVM does. */
  private InnerCvms inner = InnerCvms.NONE;

  /** Whether the first thread has ended; the cVM may stay to serve others. */
  private boolean programEnded;

  /**
   * @param name of the cVM, for the names of Java threads
   * @param most how many threads it may have, at most {@link #MOST}
   * @param onEnding ends what threads wait for outside of the cVM
   * @param deadlines sees to the time limits of calls of its functions
   */
  public BareThreads(Harts harts, String name, int most, Runnable onEnding, Deadlines deadlines) {
    this.harts = harts;
    this.name = name;
    this.most = Math.min(most, MOST);
    this.placesForServices = this.most;
    this.onEnding = onEnding;
    this.deadlines = deadlines;
    deadlines.add(services);
  }

  /** What a thread runs. */
  @FunctionalInterface
  interface Body {
    void run(BareThread thread);

    /** As {@link #run}, after a call that the thread has left, with its hart ready to go on. */
    default void goOn(BareThread thread) {
      thread.threads().harts().run(thread.hart());
    }
  }

  Deadlines deadlines() {
    return deadlines;
  }

  Services services() {
    return services;
  }

  ReentrantLock lock() {
    return lock;
  }

  Harts harts() {
    return harts;
  }

  /** Does something with the lock of the cVM held. */
  long locked(LongSupplier action) {
    lock.lock();
    try {
      return action.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /**
   * @throws HartExit when the cVM ends
   */
  public void requireRunning() {
    if (ending) {
      throw HartExit.INSTANCE;
    }
  }

  /** Says whose hostcalls are served, before the first thread starts. */
  public void serve(InnerCvms cvms) {
    inner = cvms;
  }

  /** Starts the first thread, on a hart that is ready to run. */
  public void startFirst(Hart h) {
    lock.lock();
    try {
      first = new BareThread(this, h, t -> harts.run(t.hart()));
      if (start(first) < 0) {
        throw new OutOfMemoryError("the host has no more threads");
      }
      if (ending) {
        first.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Starts a thread; its handle, or EAGAIN. */
  public long create(ThreadStart start) {
    return locked(
        () ->
            create(
                t -> {
                  Hart h = t.hart();
                  start.apply(h);
                  harts.setStack(h, threads.place(t.id()));
                  harts.run(h);
                }));
  }

  /** As the other, the lock held, for a thread that does as it likes. */
  long create(Body body) {
    requireRunning();
    if (!hasRoom() && !dismissService()) {
      return Errno.EAGAIN;
    }
    harts.share();
    return start(new BareThread(this, harts.newHart(), body));
  }

  private void setRunning(int count) {
    running = count;
    placesForServices = most - count;
  }

  /** How many service threads there may be now. */
  int placesForServices() {
    return placesForServices;
  }

  private boolean hasRoom() {
    return running + services.count() < most && threads.next() > 0;
  }

  private boolean dismissService() {
    ServiceThread idle = services.removeIdle();
    if (idle == null) {
      return false;
    }
    harts.discardStack(place(idle));
    threads.remove(idle.id());
    idle.leave();
    return true;
  }

  /** A new service thread, taken already; null when there is no place for it. */
  ServiceThread newService() {
    lock.lock();
    try {
      if (ending || !hasRoom()) {
        return null;
      }
      ServiceThread service = new ServiceThread(this, harts.newHart());
      service.setId(threads.add(service));
      services.add(service);
      return service;
    } finally {
      lock.unlock();
    }
  }

  /** A Java thread that is not started. */
  Thread newJavaThread(Runnable body, String what) {
    Thread java = new Thread(null, body, name + " " + what, JAVA_STACK);
    java.setDaemon(true);
    return java;
  }

  /** Runs a function of this cVM, on whatever Java thread; whether it returned by itself. */
  boolean runCall(ServiceThread service) {
    try {
      return harts.runCall(service.hart());
    } catch (CallLeft e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // A defect of ours ends the cVM in which it shows, and not the one that called.
      LOG.error("{}: {}", name, e);
      end(GuestSignal.STATUS + GuestSignal.ABORT);
      return false;
    }
  }

  void addCpuTime(long nanoseconds) {
    lock.lock();
    try {
      endedCpuTime += nanoseconds;
    } finally {
      lock.unlock();
    }
  }

  /** A service thread has nothing to do any more, and the cVM ends. */
  void serviceLeft() {
    lock.lock();
    try {
      allEnded.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The thread of a right handle, the lock held. */
  BareThread thread(long id) {
    return threads.get(id);
  }

  /** Which stack a thread has. */
  int place(BareThread thread) {
    return threads.place(thread.id());
  }

  private long start(BareThread thread) {
    long id = threads.add(thread);
    if (id < 0) {
      return id;
    }
    thread.setId(id);
    Thread java = newJavaThread(() -> run(thread, thread.body()::run), "thread " + id);
    setRunning(running + 1);
    try {
      java.start();
    } catch (OutOfMemoryError e) {
      setRunning(running - 1);
      threads.remove(id);
      return Errno.EAGAIN;
    }
    return id;
  }

  /** Runs a thread to its end, on the calling Java thread. */
  void run(BareThread thread, Consumer<BareThread> what) {
    thread.attach();
    try {
      what.accept(thread);
    } catch (HartExit e) {
      // It ended, or its cVM does.
    } catch (CallLeft e) {
      // It goes on elsewhere.
      return;
    } catch (RuntimeException | Error e) {
      // A defect of ours ends this cVM as a crash would, never its neighbours.
      end(GuestSignal.STATUS + GuestSignal.ABORT);
      leave(thread);
      throw e;
    }
    leave(thread);
  }

  void leave(BareThread thread) {
    if (thread == first) {
      programEnded();
    }
    if (!ending) {
      harts.discardStack(threads.place(thread.id()));
    }
    lock.lock();
    try {
      endedCpuTime += thread.detach();
      thread.leave();
      thread.ended = true;
      if (thread.detached) {
        threads.remove(thread.id());
      } else if (thread.joiner != null) {
        thread.joiner.signal();
      }
      setRunning(running - 1);
      if (running == 0) {
        allEnded.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the thread that calls this; with the first one, the cVM.
   *
   * @param exitStatus of the cVM, if it is the first
   * @throws HartExit always
   */
  public HartExit exit(BareThread thread, int exitStatus) {
    if (thread == first && (exitStatus != 0 || !inner.areLeft())) {
      end(exitStatus);
    }
    throw HartExit.INSTANCE;
  }

  /** The first thread has ended: so does the cVM, as soon as it has nobody to serve. */
  private void programEnded() {
    lock.lock();
    try {
      programEnded = true;
      allEnded.signalAll();
    } finally {
      lock.unlock();
    }
    endIfUnused();
  }

  /** Ends a cVM that stays only to serve others when these have ended. */
  public void endIfUnused() {
    boolean unused = locked(() -> programEnded && !inner.areLeft() ? 1 : 0) == 1;
    if (unused) {
      end(0);
    }
  }

  /**
   * The first that ends the cVM decides its status, also where the end of those that it serves lets
   * another one end it meanwhile.
   */
  private void decideStatus(int exitStatus) {
    lock.lock();
    try {
      if (!statusDecided) {
        statusDecided = true;
        status = exitStatus;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the cVM, unless it ends already, and before it those that it serves: they do not see their
   * hostcalls fail. Callable from any thread.
   */
  public void end(int exitStatus) {
    decideStatus(exitStatus);
    if (!ending) {
      inner.end();
    }
    List<BareThread> ended = List.of();
    lock.lock();
    try {
      if (!ending) {
        ending = true;
        ended = threads.entries();
        ended.forEach(BareThread::interrupt);
        onEnding.run();
        allEnded.signalAll(); // All threads of one that stayed for others have left already.
      }
    } finally {
      lock.unlock();
    }
    for (BareThread thread : ended) {
      Activation call = thread.outgoing();
      if (call != null) {
        call.leave(Kind.INTERRUPTED);
      }
    }
  }

  public boolean isEnding() {
    return ending;
  }

  /** How the cVM ended, as a shell shows it. */
  public int status() {
    lock.lock();
    try {
      return status;
    } finally {
      lock.unlock();
    }
  }

  private boolean haveAllLeft() {
    return ending && running == 0 && !services.areBusy();
  }

  /** Waits until the first thread has ended, after which the cVM may stay to serve others. */
  public void awaitProgram() throws InterruptedException {
    lock.lock();
    try {
      while (!programEnded && !haveAllLeft()) {
        allEnded.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all threads have left, but no longer than a time; whether they have. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!haveAllLeft() && left > 0) {
        left = allEnded.awaitNanos(left);
      }
      return haveAllLeft();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all threads have left, which they do soon after {@link #end}. */
  public void awaitEnd() throws InterruptedException {
    lock.lock();
    try {
      while (!haveAllLeft()) {
        allEnded.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a thread's end and forgets it: 0, ESRCH, EINVAL or EDEADLK. */
  public long join(BareThread caller, long id) {
    return locked(
        () -> {
          BareThread thread = threads.get(id);
          if (thread == null) {
            return Errno.ESRCH;
          }
          if (thread.detached || thread.joiner != null) {
            return Errno.EINVAL;
          }
          thread.joiner = caller;
          long result = caller.await(thread, () -> thread.ended);
          if (result == 0) {
            threads.remove(id);
          } else {
            thread.joiner = null;
          }
          return result;
        });
  }

  /** Forgets a thread as soon as it ends: 0, ESRCH or EINVAL. */
  public long detach(long id) {
    return locked(
        () -> {
          BareThread thread = threads.get(id);
          if (thread == null) {
            return Errno.ESRCH;
          }
          if (thread.detached || thread.joiner != null) {
            return Errno.EINVAL;
          }
          thread.detached = true;
          if (thread.ended) {
            threads.remove(id);
          }
          return 0;
        });
  }

  /** How many threads run. */
  public int count() {
    return (int) locked(() -> running);
  }

  /** Processor time of all threads so far, in nanoseconds. */
  public long cpuTime() {
    return locked(
        () -> endedCpuTime + threads.entries().stream().mapToLong(BareThread::cpuTime).sum());
  }

  /** Gives back what is left of threads that have ended. */
  public void close() {
    deadlines.remove(services);
    services.close();
  }
}
