package org.capvm.intravisor.kernel.host.process;

import org.capvm.intravisor.kernel.host.abi.CallMemory;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.futex.FutexTable;
import org.capvm.intravisor.kernel.host.futex.RobustList;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.Waker;
import org.capvm.intravisor.kernel.host.signal.SignalDelivery.Interrupted;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.signal.TaskSignals;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/**
 * A guest thread: a hart and what Linux keeps about the thread, run by a Java thread of its own.
 *
 * <p>A task that waits does so on host descriptors together with its wake descriptor, or parked;
 * {@link #wake} ends both, so that signals and the end of the process reach it everywhere.
 */
public final class Task {
  /**
   * Java stack of a guest thread in bytes: virtual memory, committed as it is used. It is a cache
   * of the guest's own stack, so deep recursion of the guest is not limited by it; {@link
   * org.capvm.runtime.hart.GuestStack} keeps its frames far below.
   */
  private static final long JAVA_STACK = 256L << 20;

  private static final ScopedValue<Task> CURRENT = ScopedValue.newInstance();

  private final int tid;
  private final Process process;
  private final TaskSignals signals;
  private final Waker waker = new Waker();
  private volatile int hostThread;
  private volatile Hart hart;
  private Hart replacement;
  private ExitStatus exitStatus = ExitStatus.exited(0);
  private Interrupted interruptedCall = Interrupted.NOTHING;

  private long clearChildTid;
  private long robustList;
  private long robustListLength;

  /** What whoever gave the list may reach. */
  private GuestMemory robustMemory;

  private volatile String name = "";

  /** What the running call of a hart with capabilities reaches; null otherwise. */
  private CallMemory callMemory;

  private Capability result;

  /**
   * Makes a task that {@link #start} will run.
   *
   * @param hart with all registers as the thread begins
   * @param first whether it has the number of its process
   * @param blockedSignals its signal mask, inherited from its creator
   */
  public Task(Process process, Hart hart, boolean first, long blockedSignals) {
    this.process = process;
    this.hart = hart;
    this.tid = first ? process.pid() : process.table().allocate();
    this.signals = new TaskSignals(process.signals(), blockedSignals, this::wake);
    hart.task = this;
    process.add(this);
  }

  /** The task that the calling thread runs, or null on other threads. */
  public static Task current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /** The task that runs on a hart. */
  public static Task of(Hart h) {
    return (Task) h.task;
  }

  public int tid() {
    return tid;
  }

  public Process process() {
    return process;
  }

  public Hart hart() {
    return hart;
  }

  /** The process's memory, as far as the caller of the running system call may reach it. */
  public GuestMemory memory() {
    return callMemory == null ? process.memory() : callMemory;
  }

  /** Notes the result of the running call where it is a pointer; null otherwise. */
  public void setResult(Capability pointer) {
    result = pointer;
  }

  /** What {@link #setResult} noted; forgets it. */
  public Capability takeResult() {
    Capability pointer = result;
    result = null;
    return pointer;
  }

  /** Says what the running call may reach; null when there is none, or no capabilities. */
  public void setCallMemory(CallMemory reached) {
    callMemory = reached;
  }

  public TaskSignals signals() {
    return signals;
  }

  /**
   * Runs the task on a Java thread of its own.
   *
   * @throws OutOfMemoryError when the host has no more threads; the task has then ended
   */
  public void start() {
    Thread thread =
        new Thread(
            null,
            () -> ScopedValue.where(CURRENT, this).run(this::run),
            "guest-" + tid,
            JAVA_STACK);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      leave(0);
      throw e;
    }
  }

  private void run() {
    waker.attach();
    hostThread = Host.threadNumber();
    try {
      do {
        replacement = null;
        process.harts().run(hart, process.addressSpace());
        if (replacement != null) {
          hart = replacement;
        }
      } while (replacement != null);
    } catch (StackOverflowError e) {
      // Frames larger than GuestStack allows for: the registers are lost with them, so no handler
      // can run, as where Linux cannot push a signal's frame.
      process.exit(ExitStatus.killed(Signals.SIGSEGV));
    } catch (RuntimeException | Error e) {
      // A defect of ours ends this process as a crash would, never its neighbours.
      process.exit(ExitStatus.killed(Signals.SIGABRT));
      throw e;
    } finally {
      releaseMemory();
      leave(Clocks.currentThreadTime());
    }
  }

  /** Tells other threads, through memory, that this one has ended. */
  private void releaseMemory() {
    AddressSpace space = process.addressSpace();
    FutexTable futexes = space.futexes();
    RobustList.release(robustMemory, futexes, a -> space.futexKey(a, true), robustList, tid);
    futexes.owned().release(tid);
    if (clearChildTid != 0) {
      try {
        process.memory().putInt(clearChildTid, 0);
        futexes.wake(space.futexKey(clearChildTid, true), 1, FutexTable.MATCH_ANY);
      } catch (MemoryFault e) {
        // The guest unmapped what it asked to have cleared.
      }
    }
  }

  private void leave(long cpuTime) {
    signals.leave();
    waker.close();
    process.remove(this, cpuTime);
  }

  /** Processor time in nanoseconds, 0 before the task runs and after it ended. */
  public long cpuTime() {
    int number = hostThread;
    return number == 0 ? 0 : Clocks.threadTime(number);
  }

  /** execve: when the current hart has left (HartExit), the task goes on with another one. */
  public void replaceHart(Hart next) {
    clearChildTid = 0;
    robustList = 0;
    next.task = this;
    replacement = next;
  }

  /** Decides how the task ended; what matters is the last task of a process. */
  public void setExitStatus(ExitStatus status) {
    exitStatus = status;
  }

  ExitStatus exitStatus() {
    return exitStatus;
  }

  /**
   * Makes the task look at its signals and at the state of its process: it leaves translated code
   * at the next poll, and a wait ends at once. Callable from any thread.
   */
  public void wake() {
    hart.requestInterrupt();
    waker.wake();
  }

  /** What this task waits with. */
  public Waker waker() {
    return waker;
  }

  /**
   * Waits until a host descriptor is ready.
   *
   * @param events poll events, POLLIN is 1, POLLOUT is 4
   * @param timeoutNanos how long to wait, negative for ever
   * @return the events that are ready, 0 after the time, {@link Errno#RESTART} when the task has to
   *     look at its signals, or another error
   */
  public long await(int hostDescriptor, int events, long timeoutNanos) {
    long deadline = timeoutNanos < 0 ? Long.MAX_VALUE : System.nanoTime() + timeoutNanos;
    int wake = waker.beginHostCall();
    if (wake < 0) {
      return wake;
    }
    try {
      while (!signals.interrupted()) {
        long ready = Host.await(hostDescriptor, events, wake, deadline);
        if (ready != Errno.RESTART) {
          return ready;
        }
        waker.endHostCall();
        waker.beginHostCall();
      }
      return Errno.RESTART;
    } finally {
      waker.endHostCall();
    }
  }

  /**
   * Notes how the running call was interrupted: {@code pc} is then still at its ecall. {@link
   * Interrupted#NOTHING} when a call begins.
   */
  public void setInterruptedCall(Interrupted how) {
    interruptedCall = how;
  }

  /** How the call at {@code pc} was interrupted; forgets it. */
  public Interrupted takeInterruptedCall() {
    Interrupted result = interruptedCall;
    interruptedCall = Interrupted.NOTHING;
    return result;
  }

  /** Guest address that is cleared and whose futex is woken when the task ends, or 0. */
  public long clearChildTid() {
    return clearChildTid;
  }

  public void setClearChildTid(long address) {
    clearChildTid = address;
  }

  public long robustList() {
    return robustList;
  }

  public long robustListLength() {
    return robustListLength;
  }

  public void setRobustList(long address, long length) {
    robustList = address;
    robustMemory = memory();
    robustListLength = length;
  }

  /** The name that prctl(PR_SET_NAME) gave, or an empty string. */
  public String name() {
    return name;
  }

  public void setName(String given) {
    name = given;
  }
}
