package org.capvm.intravisor.kernel.host.process;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;
import org.capvm.intravisor.kernel.host.signal.SignalAction;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.time.ProcessTimers;

/** A guest process: what its tasks share. */
public final class Process {
  private final int pid;
  private final ProcessTable table;
  private final HartFactory harts;
  private final DescriptorTable descriptors;
  private final FileContext files;
  private final ResourceLimits limits;
  private final ProcessSignals signals;
  private final ProcessTimers timers;
  private final Children children = new Children();
  private final CopyOnWriteArrayList<Task> tasks = new CopyOnWriteArrayList<>();
  private final AtomicLong endedTasksTime = new AtomicLong();
  private final AtomicLong childrenTime = new AtomicLong();
  private volatile int group;
  private volatile int session;
  private volatile boolean hasExecuted;
  private volatile Process parent;
  private volatile AddressSpace addressSpace;
  private volatile Credentials credentials;
  private volatile int exitSignal;
  private volatile boolean parentReleased;
  private ExitStatus exitStatus;
  private boolean ended;

  /**
   * @param parent the process that made this one, or null for the first
   */
  public Process(
      ProcessTable table,
      Process parent,
      HartFactory harts,
      AddressSpace addressSpace,
      DescriptorTable descriptors,
      FileContext files,
      ResourceLimits limits,
      Credentials credentials,
      ProcessSignals signals) {
    this.table = table;
    this.parent = parent;
    this.harts = harts;
    this.pid = table.allocate();
    this.addressSpace = addressSpace;
    this.descriptors = descriptors;
    descriptors.setOnClose(file -> table.recordLocks().clear(file, pid));
    this.files = files;
    this.limits = limits;
    this.credentials = credentials;
    this.signals = signals;
    this.group = parent == null ? pid : parent.group;
    this.session = parent == null ? pid : parent.session;
    this.timers = new ProcessTimers(table.timerQueue(), table.clocks(), this::cpuTime, signals);
    table.add(this);
    if (parent != null) {
      parent.children.add(this);
    }
  }

  /**
   * A child with copies of everything but the memory.
   *
   * @param space in which it takes part: this process's, or another one
   */
  public Process child(AddressSpace space) {
    return new Process(
        table,
        this,
        harts,
        space,
        descriptors.copy(),
        files.copy(),
        limits.copy(),
        credentials,
        signals.copy());
  }

  public int pid() {
    return pid;
  }

  /** The number of the parent, 1 when there is none. */
  public int parentPid() {
    Process current = parent;
    return current == null ? 1 : current.pid;
  }

  public Process parent() {
    return parent;
  }

  /** The number of its process group. */
  public int group() {
    return group;
  }

  /** The number of its session. */
  public int session() {
    return session;
  }

  /** setpgid, whose conditions hold. */
  public void setGroup(int number) {
    group = number;
  }

  /** setsid, whose conditions hold: a session and a group of its own. */
  public void startSession() {
    session = pid;
    group = pid;
  }

  /** Whether it has called execve since its parent made it. */
  public boolean hasExecuted() {
    return hasExecuted;
  }

  public ProcessTable table() {
    return table;
  }

  public HartFactory harts() {
    return harts;
  }

  public AddressSpace addressSpace() {
    return addressSpace;
  }

  /** execve: from now on the process lives in another address space; it leaves the old one. */
  public void replaceAddressSpace(AddressSpace replacement) {
    AddressSpace old = addressSpace;
    addressSpace = replacement;
    hasExecuted = true;
    old.leave();
  }

  /** Checked access to the process's memory. */
  public GuestMemory memory() {
    return addressSpace.memory();
  }

  public DescriptorTable descriptors() {
    return descriptors;
  }

  /** How it names files. */
  public FileContext files() {
    return files;
  }

  public ResourceLimits limits() {
    return limits;
  }

  public Credentials credentials() {
    return credentials;
  }

  public void setCredentials(Credentials changed) {
    credentials = changed;
  }

  public ProcessSignals signals() {
    return signals;
  }

  public ProcessTimers timers() {
    return timers;
  }

  /** Processor time of all tasks, ended ones included, in nanoseconds. */
  public long cpuTime() {
    long sum = endedTasksTime.get();
    for (Task task : tasks) {
      sum += task.cpuTime();
    }
    return sum;
  }

  /** Processor time of the children that were waited for and of theirs, in nanoseconds. */
  public long childrenTime() {
    return childrenTime.get();
  }

  /** The living tasks. */
  public Collection<Task> tasks() {
    return List.copyOf(tasks);
  }

  void add(Task task) {
    tasks.add(task);
    table.add(task);
    if (isExiting()) {
      task.signals().requestExit();
    }
  }

  /**
   * A task has run its last instruction; with the last one the process ends.
   *
   * @param cpuTime the processor time it took, in nanoseconds
   */
  void remove(Task task, long cpuTime) {
    tasks.remove(task);
    endedTasksTime.addAndGet(cpuTime);
    table.remove(task);
    synchronized (this) {
      notifyAll();
      if (!tasks.isEmpty() || ended) {
        return;
      }
      if (exitStatus == null) {
        exitStatus = task.exitStatus();
      }
    }
    timers.close();
    descriptors.closeAll();
    files.close();
    addressSpace.leave();
    children.release().forEach(Process::orphan);
    Process current = parent;
    if (current == null) {
      markEnded();
      table.remove(this);
    } else {
      current.endChild(this);
    }
  }

  private synchronized void markEnded() {
    ended = true;
    parentReleased = true;
    notifyAll();
  }

  private void orphan() {
    parent = null;
    if (hasEnded()) {
      table.remove(this);
    }
  }

  /** A child ended: whoever sees that, by waiting or by the signal, sees both. */
  private void endChild(Process child) {
    synchronized (children) {
      child.markEnded();
      SignalAction action = signals.action(Signals.SIGCHLD);
      boolean unwanted =
          action.handler() == SignalAction.IGNORE || action.has(SignalAction.SA_NOCLDWAIT);
      if (!children.any(other -> other == child)
          || child.exitSignal == Signals.SIGCHLD && unwanted) {
        forget(child);
      }
      if (child.exitSignal != 0) {
        signals.post(child.endInfo(child.exitSignal));
      }
    }
    wakeWaiters();
  }

  /** What the parent learns about the end of this process. */
  public SignalInfo endInfo(int signal) {
    ExitStatus status = exitStatus();
    boolean killed = status.signal() != 0;
    return SignalInfo.child(
        signal,
        killed ? SignalInfo.CLD_KILLED : SignalInfo.CLD_EXITED,
        pid,
        credentials.user(),
        killed ? status.signal() : status.code(),
        0,
        0);
  }

  /** The signal that tells the parent about the end of this process, 0 for none. */
  public void setExitSignal(int signal) {
    exitSignal = signal;
  }

  /** Whether a child matches that was not waited for. */
  public boolean hasChild(Predicate<Process> wanted) {
    return children.any(wanted);
  }

  /** A child that has ended and matches, or null. */
  public Process endedChild(Predicate<Process> wanted) {
    return children.ended(wanted);
  }

  /** Forgets a child that was waited for. */
  public void forget(Process child) {
    if (children.remove(child)) {
      childrenTime.addAndGet(child.cpuTime() + child.childrenTime());
    }
    table.remove(child);
  }

  /** vfork: lets the parent go on, because this process no longer uses its memory. */
  public void releaseParent() {
    parentReleased = true;
    Process current = parent;
    if (current != null) {
      current.wakeWaiters();
    }
  }

  /** Whether a parent that made this process by vfork may go on. */
  public boolean parentReleased() {
    return parentReleased;
  }

  private void wakeWaiters() {
    for (Task task : tasks) {
      task.waker().wake();
    }
  }

  /**
   * exit_group, or a fatal signal: decides the exit status, if nothing did before, and makes every
   * task leave at its next poll or wait.
   */
  public void exit(ExitStatus status) {
    synchronized (this) {
      if (exitStatus == null) {
        exitStatus = status;
      }
    }
    tasks.forEach(task -> task.signals().requestExit());
  }

  /**
   * execve: ends all other tasks and waits until they have left.
   *
   * @return false when the survivor has to end itself: the process is going down, or another of its
   *     tasks was faster
   */
  public boolean endOtherTasks(Task survivor) {
    synchronized (this) {
      if (survivor.signals().exitRequested()) {
        return false;
      }
      for (Task task : tasks) {
        if (task != survivor) {
          task.signals().requestExit();
        }
      }
      while (tasks.size() > 1) {
        try {
          wait();
        } catch (InterruptedException e) {
          // Guest threads are not interrupted from Java; the tasks leave soon.
        }
      }
      return exitStatus == null;
    }
  }

  /** Whether the process is going down: tasks then leave with HartExit. */
  public synchronized boolean isExiting() {
    return exitStatus != null;
  }

  /** Whether all tasks have ended. */
  public synchronized boolean hasEnded() {
    return ended;
  }

  /** How the process ended or is about to; null while it lives. */
  public synchronized ExitStatus exitStatus() {
    return exitStatus;
  }

  /** Waits, on a thread that is no guest's, until all tasks have ended. */
  public synchronized ExitStatus awaitEnd() throws InterruptedException {
    while (!ended) {
      wait();
    }
    return exitStatus;
  }

  /** As {@link #awaitEnd()}, but no longer than a time; whether all tasks have ended. */
  public synchronized boolean awaitEnd(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ended) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }
}
