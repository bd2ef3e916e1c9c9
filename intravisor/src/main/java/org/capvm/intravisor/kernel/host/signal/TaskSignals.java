package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.hart.Hart;

/**
 * The signal state of one guest thread: its mask, the signals sent to it alone, and its alternate
 * stack.
 *
 * <p>Changes happen under the monitor of {@link ProcessSignals}; {@link #interrupted} may be asked
 * without it, because whoever makes a signal deliverable wakes the task afterwards.
 */
public final class TaskSignals {
  private final ProcessSignals process;
  private final PendingSignals pending = new PendingSignals();
  private final Runnable wake;
  private volatile long blocked;
  private volatile long awaited;
  private volatile boolean exitRequested;
  private boolean temporary;
  private long saved;
  private SignalStack stack = SignalStack.NONE;
  private final InterruptedExactCalls exactCalls = new InterruptedExactCalls();

  /**
   * @param blocked the initial mask: a new thread inherits its creator's
   * @param wake makes the task look at its signals soon, wherever it runs or waits; any thread
   *     calls it, with the process's signal monitor held
   */
  public TaskSignals(ProcessSignals process, long blocked, Runnable wake) {
    this.process = process;
    this.blocked = blocked;
    this.wake = wake;
    process.join(this);
  }

  public ProcessSignals process() {
    return process;
  }

  /** Only the task's own thread uses them. */
  InterruptedExactCalls exactCalls() {
    return exactCalls;
  }

  /** A handler with a frame at an address has returned, and the hart is where it was before. */
  public void leftHandler(Hart h, long frame) {
    exactCalls.leaveHandler(h, frame);
  }

  /** Whether a wait must end: a signal can be delivered, is awaited, or the task has to end. */
  public boolean interrupted() {
    return exitRequested || (pending() & ~blocked | pending() & awaited) != 0;
  }

  /** Whether a signal can be delivered now. */
  public boolean deliverable() {
    return (pending() & ~blocked) != 0;
  }

  /** Signals that wait for this task or its process, blocked or not. */
  public long pending() {
    return pending.set() | process.pending();
  }

  /** Whether the task has to end: its process ends or executes another program. */
  public boolean exitRequested() {
    return exitRequested;
  }

  /** Whether the task has to end or SIGKILL waits for it: even vfork's wait ends then. */
  public boolean killed() {
    return exitRequested || Signals.contains(pending(), Signals.SIGKILL);
  }

  /** Makes the task end at its next environment call, poll or wait. */
  public void requestExit() {
    exitRequested = true;
    synchronized (process) {
      process.notifyAll();
    }
    notifyTask();
  }

  /** The task ended. */
  public void leave() {
    process.leave(this);
  }

  /** Sends a signal to this task alone; false when too many wait already. */
  public boolean post(SignalInfo info) {
    synchronized (process) {
      if (!process.prepare(info.number(), this)) {
        return true;
      }
      if (!pending.add(info)) {
        return false;
      }
      if (wants(info.number())) {
        notifyTask();
      }
      process.pendingChanged();
      return true;
    }
  }

  /** Counts expirations of a timer whose last signal still waits for this task; see the process. */
  public boolean addOverrun(int number, int timer, long expirations) {
    synchronized (process) {
      return pending.addOverrun(number, timer, expirations);
    }
  }

  /**
   * Sends a signal that an instruction of this task raised: when it is blocked or ignored, the
   * process is killed by it.
   */
  public void force(SignalInfo info) {
    synchronized (process) {
      int number = info.number();
      if (Signals.contains(blocked, number) || process.actionFor(info).ignores(number)) {
        process.setDefault(number);
        blocked &= ~Signals.set(number);
      }
      pending.remove(Signals.set(number));
      pending.add(info);
    }
  }

  /** As {@link #force}, for a signal that must not reach a handler. */
  public void forceFatal(SignalInfo info) {
    synchronized (process) {
      process.setDefault(info.number());
      force(info);
    }
  }

  /** The mask of blocked signals. */
  public long blocked() {
    return blocked;
  }

  /** Replaces the mask; SIGKILL and SIGSTOP stay deliverable. */
  public void setBlocked(long mask) {
    synchronized (process) {
      long before = blocked;
      blocked = mask & ~Signals.UNBLOCKABLE;
      process.retarget(blocked & ~before);
    }
  }

  /** Replaces the mask until the running system call ends or a handler it lets in returns. */
  public void setTemporarilyBlocked(long mask) {
    synchronized (process) {
      saved = blocked;
      temporary = true;
      setBlocked(mask);
    }
  }

  /** Puts the mask back that {@link #setTemporarilyBlocked} replaced, if it did. */
  public void restoreBlocked() {
    synchronized (process) {
      if (temporary) {
        temporary = false;
        setBlocked(saved);
      }
    }
  }

  /** Tells which signals rt_sigtimedwait waits for, 0 when it ends: they wake although blocked. */
  public void setAwaited(long signals) {
    synchronized (process) {
      long before = awaited;
      awaited = signals;
      process.retarget(before & ~signals);
    }
  }

  /** Removes and returns a pending signal of a set, or null. */
  public SignalInfo take(long signals) {
    synchronized (process) {
      SignalInfo own = pending.take(signals);
      SignalInfo taken = own != null ? own : process.take(signals);
      if (taken != null) {
        process.taken(taken);
      }
      return taken;
    }
  }

  public SignalStack stack() {
    return stack;
  }

  /** Only the task itself calls this. */
  public void setStack(SignalStack stack) {
    this.stack = stack;
  }

  /** Takes the next signal that has an effect, or null when none can be delivered. */
  Delivery next() {
    synchronized (process) {
      while (true) {
        SignalInfo info = take(~blocked);
        if (info == null) {
          return null;
        }
        SignalAction action = process.actionFor(info);
        if (action.caught()) {
          if (action.has(SignalAction.SA_RESETHAND)) {
            process.setDefault(info.number());
          }
          return new Delivery.Handle(info, action);
        }
        if (action.ignores(info.number())) {
          continue;
        }
        return Signals.defaultAction(info.number()) == Signals.DefaultAction.STOP
            ? new Delivery.Stop(info)
            : new Delivery.Terminate(info);
      }
    }
  }

  /** The mask that returning from the next handler restores. */
  long maskBehindHandler() {
    synchronized (process) {
      return temporary ? saved : blocked;
    }
  }

  /** A handler was entered: blocks what it wants blocked. */
  void enterHandler(SignalInfo info, SignalAction action) {
    synchronized (process) {
      temporary = false;
      long self = action.has(SignalAction.SA_NODEFER) ? 0 : Signals.set(info.number());
      setBlocked(blocked | action.mask() | self);
      if (stack.autoDisarm()) {
        stack = SignalStack.NONE;
      }
    }
  }

  /** Blocked signals that are kept when sent although ignored: the mask may change back. */
  long kept() {
    return temporary ? blocked | saved : blocked | awaited;
  }

  boolean wants(int number) {
    return !Signals.contains(blocked & ~awaited, number) && !exitRequested;
  }

  void discard(long signals) {
    pending.remove(signals);
  }

  void notifyTask() {
    wake.run();
  }
}
