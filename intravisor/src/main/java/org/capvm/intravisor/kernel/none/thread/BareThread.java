package org.capvm.intravisor.kernel.none.thread;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.Waker;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;

/**
 * A guest thread of a bare cVM: a hart, run by a Java thread of its own. Its fields belong to the
 * lock of its cVM, but for those that only the thread itself uses.
 */
public class BareThread {
  private final BareThreads threads;
  private final Condition signalled;
  private final Waker waker = new Waker();
  private final LocalValues locals = new LocalValues();
  private volatile Hart hart;
  private volatile int hostThread;

  /** Processor time that the Java thread had used for others before it was this one's. */
  private volatile long foreignCpuTime;

  private long id;
  private Capability capabilityResult;
  boolean detached;
  boolean ended;

  /** The thread that joins this one, or null. */
  BareThread joiner;

  /** The thread whose act this one waits for, where only that one can end the wait; or null. */
  private BareThread awaited;

  /** The call that this thread waits for, or null. */
  private volatile Activation outgoing;

  /** Whether the hostcall that was refused last is made again with an empty Java stack. */
  private boolean stackEmptied;

  private final BareThreads.Body body;

  private Capability gateData;

  /** How many have passed on the hostcall that it makes, and need not be asked again. */
  private int passedBy;

  BareThread(BareThreads threads, Hart hart, BareThreads.Body body) {
    this.threads = threads;
    this.body = body;
    this.signalled = threads.lock().newCondition();
    this.hart = hart;
    hart.task = this;
  }

  /** The thread that runs on a hart. */
  public static BareThread of(Hart h) {
    return (BareThread) h.task;
  }

  /** Its handle. */
  public long id() {
    return id;
  }

  void setId(long handle) {
    id = handle;
  }

  public Hart hart() {
    return hart;
  }

  /** The threads of its cVM. */
  public BareThreads threads() {
    return threads;
  }

  /** Its own values of thread-local keys; only the thread itself uses them. */
  public LocalValues locals() {
    return locals;
  }

  /** The running hostcall's result is a capability instead of an integer. */
  public void setCapabilityResult(Capability result) {
    capabilityResult = result;
  }

  /** The result that {@link #setCapabilityResult} gave, or null; forgets it. */
  public Capability takeCapabilityResult() {
    Capability result = capabilityResult;
    capabilityResult = null;
    return result;
  }

  /**
   * The data capability by which the running hostcall was made, which its caller gets back; null
   * where it is an environment call.
   */
  public Capability gateData() {
    return gateData;
  }

  /** See {@link #gateData}. */
  public void setGateData(Capability data) {
    gateData = data;
  }

  /**
   * How many of those that serve its cVM have passed on the hostcall that it makes; 0 when a
   * hostcall begins.
   */
  int passedBy() {
    return passedBy;
  }

  /** See {@link #passedBy}. */
  void setPassedBy(int servers) {
    passedBy = servers;
  }

  /** What it runs. */
  BareThreads.Body body() {
    return body;
  }

  /** Replaces the hart by one with the same registers, which another Java thread runs. */
  void setHart(Hart other) {
    other.task = this;
    hart = other;
    if (threads.isEnding()) {
      other.requestInterrupt();
    }
  }

  /** How many calls wait below this one for each other. */
  int depth() {
    return 0;
  }

  Activation outgoing() {
    return outgoing;
  }

  void setOutgoing(Activation call) {
    outgoing = call;
  }

  /** The call that the thread carries out, if it does. */
  public Optional<ServiceThread> asService() {
    return Optional.empty();
  }

  /**
   * Whether a hostcall that runs another hart may do so: when it was made with an empty Java stack,
   * so that any number of calls within calls fits into one. If not, its caller leaves all frames of
   * translated code and makes the hostcall again.
   */
  public boolean hasEmptiedStack(boolean complete) {
    boolean empty = complete && stackEmptied;
    stackEmptied = !empty;
    return empty;
  }

  /** Says that the calling Java thread runs this thread. */
  void attach() {
    waker.attach();
    hostThread = Host.threadNumber();
    foreignCpuTime = 0;
  }

  /** This thread runs on the Java thread of another one from now on, which has left it. */
  void takeOver(BareThread other) {
    int host = other.hostThread;
    other.threads.addCpuTime(other.detach());
    hostThread = host;
    foreignCpuTime = host == 0 ? 0 : Clocks.threadTime(host);
  }

  /** Processor time in nanoseconds; 0 before the thread runs and after it ended. */
  public long cpuTime() {
    int number = hostThread;
    return number == 0 ? 0 : Clocks.threadTime(number) - foreignCpuTime;
  }

  /** No Java thread runs it any more; its processor time. */
  long detach() {
    if (hostThread == 0) {
      return 0;
    }
    long time = cpuTime();
    hostThread = 0;
    return time;
  }

  void leave() {
    hostThread = 0;
    waker.close();
  }

  /**
   * Waits, the lock of the cVM held, until something holds that others change under the lock.
   *
   * @throws HartExit when the cVM ends
   */
  public void await(BooleanSupplier condition) {
    while (true) {
      threads.requireRunning();
      if (condition.getAsBoolean()) {
        return;
      }
      signalled.awaitUninterruptibly();
    }
  }

  /**
   * As {@link #await}, where only another thread can end the wait.
   *
   * @return 0, or EDEADLK when that one waits for this one, also through others
   */
  public long await(BareThread other, BooleanSupplier condition) {
    for (BareThread t = other; t != null; t = t.awaited) {
      if (t == this) {
        return Errno.EDEADLK;
      }
    }
    awaited = other;
    await(condition);
    awaited = null;
    return 0;
  }

  /** The thread has now to wait for another one, as when a mutex was handed on. */
  void awaitsNow(BareThread other) {
    awaited = other;
  }

  /**
   * Waits, the lock held, for a signal, but no longer than some nanoseconds.
   *
   * @throws HartExit when the cVM ends
   */
  @SuppressWarnings("WaitNotInLoop") // The caller looks again in a loop of its own.
  void pause(long nanoseconds) {
    threads.requireRunning();
    try {
      signalled.awaitNanos(nanoseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts guest threads", e);
    }
  }

  /** Lets the thread look again at what it waits for. The lock is held. */
  public void signal() {
    signalled.signal();
  }

  /**
   * Waits until a host descriptor is ready, the lock not held.
   *
   * @param events as poll has them
   * @return the events, or a negative error number
   * @throws HartExit when the cVM ends
   */
  public long await(int hostDescriptor, int events) {
    while (true) {
      int wake = waker.beginHostCall();
      if (wake < 0) {
        return wake;
      }
      try {
        threads.requireRunning();
        long ready = Host.await(hostDescriptor, events, wake, Long.MAX_VALUE);
        if (ready != Errno.RESTART) {
          return ready;
        }
      } finally {
        waker.endHostCall();
      }
    }
  }

  /** Ends its waits and its code at their next look at the state of the cVM. The lock is held. */
  void interrupt() {
    hart.requestInterrupt();
    signalled.signal();
    waker.wake();
  }
}
