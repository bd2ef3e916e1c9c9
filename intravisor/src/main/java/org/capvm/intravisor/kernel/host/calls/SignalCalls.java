package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalAction;
import org.capvm.intravisor.kernel.host.signal.SignalFrame;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.SignalStack;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.signal.TaskSignals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.MemoryFault;

/**
 * System calls by which a task says what signals do to it, waits for them and returns from them.
 */
public final class SignalCalls {
  private static final int ECALL_LENGTH = 4;

  private static final int SET_SIZE = 8;
  private static final int STACK_SIZE = 24;

  private static final int SIG_BLOCK = 0;
  private static final int SIG_UNBLOCK = 1;
  private static final int SIG_SETMASK = 2;

  private SignalCalls() {}

  public static void addTo(SystemCallTable table) {
    table.addComplete(
        132,
        "sigaltstack",
        (t, a, b, c, d, e, f) -> alternateStack(t, a, b),
        Argument.inOrNull(STACK_SIZE),
        Argument.outOrNull(STACK_SIZE));
    table.addComplete(
        133,
        "rt_sigsuspend",
        (t, a, b, c, d, e, f) -> suspend(t, a, b),
        Argument.in(SET_SIZE),
        Argument.LONG);
    table.add(
        134,
        "rt_sigaction",
        SignalCalls::action,
        Argument.SIGNAL,
        Argument.inOrNull(SignalAction.SIZE),
        Argument.outOrNull(SignalAction.SIZE),
        Argument.LONG);
    table.addComplete(
        135,
        "rt_sigprocmask",
        (t, a, b, c, d, e, f) -> mask(t, (int) a, b, c, d),
        Argument.INT,
        Argument.inOrNull(SET_SIZE),
        Argument.outOrNull(SET_SIZE),
        Argument.LONG);
    table.add(136, "rt_sigpending", SignalCalls::pending, Argument.ADDRESS, Argument.LONG);
    table.addComplete(
        137,
        "rt_sigtimedwait",
        (t, a, b, c, d, e, f) -> timedWait(t, a, b, c, d),
        Argument.in(SET_SIZE),
        Argument.outOrNull(SignalInfo.SIZE),
        Argument.inOrNull(TimeValue.SIZE),
        Argument.LONG);
    table.addComplete(139, "rt_sigreturn", (t, a, b, c, d, e, f) -> signalReturn(t));
  }

  private static long action(Task task, long number, long changed, long old, long size) {
    boolean fixed = Signals.valid((int) number) && isFixed((int) number);
    if (size != SET_SIZE || !Signals.valid((int) number) || changed != 0 && fixed) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    SignalAction before;
    boolean exact = false;
    if (changed != 0) {
      SignalAction action = HandlerStructure.load(task, memory, changed);
      if (action.caught() && !HandlerStructure.mayInstall(task.hart())) {
        return Errno.EPERM;
      }
      before = task.process().signals().setAction((int) number, action);
      exact = action.caught() && (number == Signals.SIGSEGV || number == Signals.SIGBUS);
    } else {
      before = task.process().signals().action((int) number);
    }
    if (old != 0) {
      HandlerStructure.store(task, memory, old, before);
    }
    if (exact && task.process().addressSpace().faultsAreSeen()) {
      leaveTranslatedCode(task.hart());
    }
    return 0;
  }

  /**
   * The next instruction may fault and its registers be looked at, so frames that hold registers
   * are dropped before the call returns.
   *
   * @throws Unwind behind the call, which has succeeded
   */
  private static void leaveTranslatedCode(Hart h) {
    h.x10 = 0;
    h.pc += ECALL_LENGTH;
    throw Unwind.INSTANCE;
  }

  private static boolean isFixed(int number) {
    return Signals.contains(Signals.UNBLOCKABLE, number);
  }

  private static long mask(Task task, int how, long changed, long old, long size) {
    if (size != SET_SIZE) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    TaskSignals signals = task.signals();
    long before = signals.blocked();
    if (changed != 0) {
      long set = memory.getLong(changed);
      switch (how) {
        case SIG_BLOCK -> signals.setBlocked(before | set);
        case SIG_UNBLOCK -> signals.setBlocked(before & ~set);
        case SIG_SETMASK -> signals.setBlocked(set);
        default -> {
          return Errno.EINVAL;
        }
      }
    }
    if (old != 0) {
      memory.putLong(old, before);
    }
    return 0;
  }

  private static long pending(Task task, long set, long size) {
    if (size < 0 || size > SET_SIZE) {
      return Errno.EINVAL;
    }
    byte[] bytes = new byte[(int) size];
    long pending = task.signals().pending() & task.signals().blocked();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (pending >>> 8 * i);
    }
    task.memory().putBytes(set, bytes);
    return 0;
  }

  private static long suspend(Task task, long set, long size) {
    if (size != SET_SIZE) {
      return Errno.EINVAL;
    }
    TaskSignals signals = task.signals();
    signals.setTemporarilyBlocked(task.memory().getLong(set));
    while (!signals.interrupted()) {
      task.waker().park(Long.MAX_VALUE);
    }
    return Errno.RESTART_NO_HANDLER;
  }

  private static long timedWait(Task task, long set, long info, long timeout, long size) {
    if (size != SET_SIZE) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    long wanted = memory.getLong(set) & ~Signals.UNBLOCKABLE;
    long deadline = Long.MAX_VALUE;
    if (timeout != 0) {
      long time = TimeValue.timespec(memory, timeout);
      if (time == TimeValue.INVALID) {
        return Errno.EINVAL;
      }
      deadline = TimeValue.deadline(time);
    }
    SignalInfo taken = await(task, wanted, deadline);
    if (taken == null) {
      return task.signals().interrupted() ? Errno.EINTR : Errno.EAGAIN;
    }
    if (info != 0) {
      memory.putBytes(info, taken.bytes());
    }
    return taken.number();
  }

  private static SignalInfo await(Task task, long wanted, long deadline) {
    TaskSignals signals = task.signals();
    signals.setAwaited(wanted);
    try {
      while (true) {
        SignalInfo taken = signals.take(wanted);
        if (taken != null || signals.exitRequested() || signals.deliverable()) {
          return taken;
        }
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0) {
          return null;
        }
        task.waker().park(deadline);
      }
    } finally {
      signals.setAwaited(0);
    }
  }

  private static long alternateStack(Task task, long changed, long old) {
    GuestMemory memory = task.memory();
    long sp = task.hart().x2;
    SignalStack before = task.signals().stack();
    if (changed != 0) {
      int flags = memory.getInt(changed + memory.pointerSize());
      int mode = flags & ~SignalStack.SS_AUTODISARM;
      SignalStack stack = HandlerStructure.loadStack(task, memory, changed);
      if (before.inUse(sp)) {
        return Errno.EPERM;
      }
      if (mode != 0 && mode != SignalStack.SS_ONSTACK && mode != SignalStack.SS_DISABLE) {
        return Errno.EINVAL;
      }
      if (mode != SignalStack.SS_DISABLE
          && Long.compareUnsigned(stack.size(), SignalStack.MINIMUM) < 0) {
        return Errno.ENOMEM;
      }
      task.signals().setStack(stack);
    }
    if (old != 0) {
      HandlerStructure.storeStack(memory, old, before, sp);
    }
    return 0;
  }

  /** Goes back to where a signal interrupted the guest. A broken frame is a fault of the guest. */
  private static long signalReturn(Task task) {
    Hart h = task.hart();
    TaskSignals signals = task.signals();
    long frame = h.x2;
    try {
      SignalFrame.Saved saved = SignalFrame.pop(h);
      signals.leftHandler(h, frame);
      signals.setBlocked(saved.mask());
      if (!signals.stack().inUse(h.x2)) {
        signals.setStack(saved.stack());
      }
    } catch (MemoryFault e) {
      signals.force(SignalInfo.kernel(Signals.SIGSEGV));
    }
    if (signals.interrupted()) {
      h.requestInterrupt();
    }
    throw Unwind.INSTANCE;
  }
}
