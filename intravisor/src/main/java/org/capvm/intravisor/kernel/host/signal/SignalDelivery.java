package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/** Delivers the pending signals of a task before it goes back to guest code. */
public final class SignalDelivery {
  /** Length of an ecall instruction in bytes. */
  private static final int ECALL = 4;

  private static final long EINTR = -4;

  /** Register a0. */
  private static final int RESULT = 10;

  /** What happens to the system call that a signal interrupted. */
  public enum Interrupted {
    /** No call was interrupted. */
    NOTHING,
    /** The call is executed again unless a handler without SA_RESTART runs (ERESTARTSYS). */
    CALL,
    /** The call is executed again unless a handler runs (ERESTARTNOHAND). */
    CALL_BEFORE_ANY_HANDLER
  }

  private SignalDelivery() {}

  /**
   * Delivers every signal that is not blocked. Several handlers may be entered, one on top of the
   * other, as Linux does.
   *
   * @param h holds the complete register file; after an interrupted system call {@code pc} is still
   *     at the ecall and a0 holds its first argument
   * @param interrupted what to do about an interrupted system call
   * @param signalReturn guest address of the vDSO's rt_sigreturn
   * @return the signal that ends the process, or 0
   */
  public static int deliver(Hart h, TaskSignals task, Interrupted interrupted, long signalReturn) {
    Interrupted call = interrupted;
    while (true) {
      if (task.exitRequested()) {
        return 0;
      }
      switch (task.next()) {
        case null -> {
          task.restoreBlocked();
          return 0;
        }
        case Delivery.Terminate(SignalInfo info) -> {
          return info.number();
        }
        case Delivery.Stop _ -> {
          task.process().stop();
          task.process().awaitContinue(task);
        }
        case Delivery.Handle(SignalInfo info, SignalAction action) -> {
          if (call == Interrupted.CALL_BEFORE_ANY_HANDLER
              || call == Interrupted.CALL && !action.has(SignalAction.SA_RESTART)) {
            h.x10 = EINTR;
            if (h.capabilities != null) {
              h.capabilities.wroteInteger(RESULT);
            }
            h.pc += ECALL;
          }
          call = Interrupted.NOTHING;
          enter(h, task, info, action, signalReturn);
        }
      }
    }
  }

  private static void enter(
      Hart h, TaskSignals task, SignalInfo info, SignalAction action, long signalReturn) {
    try {
      SignalFrame.push(h, info, action, task.maskBehindHandler(), task.stack(), signalReturn);
    } catch (MemoryFault e) {
      SignalInfo overflow = SignalInfo.kernel(Signals.SIGSEGV);
      if (info.number() == Signals.SIGSEGV) {
        task.forceFatal(overflow);
      } else {
        task.force(overflow);
      }
      return;
    }
    task.enterHandler(info, action);
    task.exactCalls().enterHandler(h);
  }
}
