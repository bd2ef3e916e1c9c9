package org.capvm.intravisor.kernel.host.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The signal state that the tasks of a process share: actions, pending signals, and whether the
 * process is stopped. Its monitor guards everything about the signals of the process and its tasks.
 */
public final class ProcessSignals {
  private final SignalAction[] actions = new SignalAction[Signals.COUNT + 1];
  private final PendingSignals pending = new PendingSignals();
  private final List<TaskSignals> tasks = new ArrayList<>();
  private final List<SignalFile> watchers = new ArrayList<>();

  /** Of each timer of timer_create, the overrun of its signal that was taken last. */
  private final Map<Integer, Integer> overruns = new HashMap<>();

  private boolean stopped;

  public ProcessSignals() {
    Arrays.fill(actions, SignalAction.INITIAL);
  }

  /** A child's state: the same actions, nothing pending. */
  public synchronized ProcessSignals copy() {
    ProcessSignals child = new ProcessSignals();
    System.arraycopy(actions, 0, child.actions, 0, actions.length);
    return child;
  }

  /**
   * What execve and CLONE_CLEAR_SIGHAND do: caught signals are handled by default again, ignored
   * ones stay ignored.
   */
  public synchronized void resetHandlers() {
    for (int i = 1; i < actions.length; i++) {
      actions[i] =
          actions[i].handler() == SignalAction.IGNORE
              ? new SignalAction(SignalAction.IGNORE, 0, 0)
              : SignalAction.INITIAL;
    }
  }

  public synchronized SignalAction action(int number) {
    return actions[number];
  }

  /** Replaces an action and returns the old one; pending instances of an ignored signal vanish. */
  public synchronized SignalAction setAction(int number, SignalAction action) {
    SignalAction old = actions[number];
    actions[number] = action;
    if (action.ignores(number)) {
      discard(Signals.set(number));
    }
    return old;
  }

  /**
   * Sends a signal to the process: any task that does not block it may take it.
   *
   * @return false when too many signals wait already
   */
  public synchronized boolean post(SignalInfo info) {
    TaskSignals leader = tasks.isEmpty() ? null : tasks.getFirst();
    if (!prepare(info.number(), leader)) {
      return true;
    }
    if (!pending.add(info)) {
      return false;
    }
    choose(info.number());
    pendingChanged();
    return true;
  }

  /**
   * Counts expirations of a timer whose last signal still waits for the process; false when none
   * does.
   */
  public synchronized boolean addOverrun(int number, int timer, long expirations) {
    return pending.addOverrun(number, timer, expirations);
  }

  /** A timer was made whose overruns are to be known. */
  public synchronized void timerCreated(int timer) {
    overruns.put(timer, 0);
  }

  public synchronized void timerDeleted(int timer) {
    overruns.remove(timer);
  }

  /** Expirations of a timer beyond those signalled, as of its signal that was taken last. */
  public synchronized int overrun(int timer) {
    return overruns.getOrDefault(timer, 0);
  }

  /** A task took a signal; called with this monitor held. */
  void taken(SignalInfo info) {
    if (info.code() == SignalInfo.SI_TIMER) {
      // Only of timers that exist: a program can queue signals with this code itself.
      overruns.replace(info.timer(), info.overrun());
    }
    pendingChanged();
  }

  /** Signals that wait for the process as a whole. */
  public long pending() {
    return pending.set();
  }

  /** Waits while the process is stopped, unless the task has to end. */
  public synchronized void awaitContinue(TaskSignals task) {
    while (stopped && !task.exitRequested() && !Signals.contains(task.pending(), Signals.SIGKILL)) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Guest threads are woken through their monitor; a Java interrupt means nothing here.
      }
    }
  }

  /** Stops the process, as a stopping signal does by default. */
  synchronized void stop() {
    stopped = true;
    for (TaskSignals task : tasks) {
      task.notifyTask();
    }
  }

  public synchronized boolean stopped() {
    return stopped;
  }

  synchronized void watch(SignalFile file) {
    if (!watchers.contains(file)) {
      watchers.add(file);
    }
    pendingChanged();
  }

  synchronized void unwatch(SignalFile file) {
    watchers.remove(file);
  }

  /** Tells descriptors that signals are read from; called with this monitor held. */
  void pendingChanged() {
    if (watchers.isEmpty()) {
      return;
    }
    long all = pending.set();
    for (TaskSignals task : tasks) {
      all |= task.pending();
    }
    for (SignalFile file : watchers) {
      file.pendingChanged(all);
    }
  }

  synchronized void join(TaskSignals task) {
    tasks.add(task);
  }

  /** Takes a task out; signals that only it would have taken find another one. */
  synchronized void leave(TaskSignals task) {
    tasks.remove(task);
    retarget(pending.set());
  }

  /** What every sending does first; false when the signal has no effect on the receiver. */
  boolean prepare(int number, TaskSignals receiver) {
    if (number == Signals.SIGCONT || number == Signals.SIGKILL) {
      discard(Signals.STOPPING);
      stopped = false;
      notifyAll();
    } else if (Signals.contains(Signals.STOPPING, number)) {
      discard(Signals.set(Signals.SIGCONT));
    }
    boolean blocked = receiver != null && Signals.contains(receiver.kept(), number);
    return blocked || !actions[number].ignores(number);
  }

  private void discard(long signals) {
    pending.remove(signals);
    for (TaskSignals task : tasks) {
      task.discard(signals);
    }
    pendingChanged();
  }

  private void choose(int number) {
    for (TaskSignals task : tasks) {
      if (task.wants(number)) {
        task.notifyTask();
        return;
      }
    }
  }

  /** Finds a task for each of these signals that waits for the process. */
  void retarget(long signals) {
    long waiting = signals & pending.set();
    while (waiting != 0) {
      choose(Long.numberOfTrailingZeros(waiting) + 1);
      waiting &= waiting - 1;
    }
  }

  SignalInfo take(long allowed) {
    return pending.take(allowed);
  }

  SignalAction actionFor(SignalInfo info) {
    return actions[info.number()];
  }

  void setDefault(int number) {
    actions[number] = SignalAction.INITIAL;
  }
}
