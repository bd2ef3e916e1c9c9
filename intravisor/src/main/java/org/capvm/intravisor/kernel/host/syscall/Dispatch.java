package org.capvm.intravisor.kernel.host.syscall;

import java.util.List;
import org.capvm.intravisor.kernel.host.abi.CallMemory;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalDelivery.Interrupted;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.MemoryFault;

/** Finds the entry of an environment call, checks its pointers, traces, counts and runs it. */
public final class Dispatch {
  private static final int ECALL_LENGTH = 4;

  /** Register a0. */
  private static final int RESULT = 10;

  private final SystemCallTable table;
  private final Trace trace;
  private final Counts counts = new Counts();

  /**
   * @param trace where calls are shown, or null
   */
  public Dispatch(SystemCallTable table, Trace trace) {
    this.table = table;
    this.trace = trace;
  }

  /** How often each call was made. */
  public Counts counts() {
    return counts;
  }

  /**
   * Runs the call that a hart asks for and puts its result into a0.
   *
   * @param complete whether the hart holds the complete register file
   * @throws Unwind when the call must be executed again: with a complete register file, or after
   *     signals were delivered. The registers are then unchanged
   */
  public void run(Task task, Hart h, boolean complete) {
    long number = h.x17;
    SystemCall call = table.get(number);
    if (call == null) {
      counts.add(number);
      if (trace != null) {
        trace.unknown(number);
      }
      h.x10 = Errno.ENOSYS;
      return;
    }
    if (call.completeRegisters() && !complete) {
      throw Unwind.INSTANCE;
    }
    counts.add(number);
    task.setInterruptedCall(Interrupted.NOTHING);
    String shown = trace == null ? null : trace.enter(task, call, h);
    long result =
        h.capabilities == null ? answer(task, call, h) : answerUnderCapabilities(task, call, h);
    if (trace != null) {
      trace.leave(task, call, shown, result);
    }
    if (result == Errno.RESTART) {
      interrupted(task, h, Interrupted.CALL);
    } else if (result == Errno.RESTART_NO_HANDLER) {
      interrupted(task, h, Interrupted.CALL_BEFORE_ANY_HANDLER);
    } else if (result == Errno.RESTART_ALWAYS) {
      // With pc at the ecall: handlers return to it.
      interrupted(task, h, Interrupted.NOTHING);
    } else if (result == Errno.EPIPE && !complete) {
      // Did nothing yet and fails again with a complete register file, which SIGPIPE needs.
      throw Unwind.INSTANCE;
    }
    finish(task, h, result, complete);
  }

  private static long answer(Task task, SystemCall call, Hart h) {
    try {
      checkPointers(task, call, h);
      return call.handler().call(task, h.x10, h.x11, h.x12, h.x13, h.x14, h.x15);
    } catch (MemoryFault e) {
      return Errno.EFAULT;
    }
  }

  /**
   * Memory is reached by what the caller has capabilities for, and written when that is decided.
   */
  private static long answerUnderCapabilities(Task task, SystemCall call, Hart h) {
    try (CallMemory memory = CallMemory.of(h)) {
      task.setCallMemory(memory);
      long result = answer(task, call, h);
      memory.finish(result);
      task.setResult(memory.result());
      return result;
    } finally {
      task.setCallMemory(null);
    }
  }

  /** The call is still to be executed; signals are delivered first. */
  private static void interrupted(Task task, Hart h, Interrupted how) {
    task.setInterruptedCall(how);
    h.requestInterrupt();
    throw Unwind.INSTANCE;
  }

  /**
   * Stores the result. Where the register file is complete, signals that the call itself sent or
   * let in are delivered before the guest sees the result, as Linux promises; others wait for a
   * poll.
   */
  private static void finish(Task task, Hart h, long result, boolean complete) {
    if (result == Errno.EPIPE) {
      task.signals()
          .post(SignalInfo.sent(Signals.SIGPIPE, SignalInfo.SI_USER, task.process().pid(), 0));
    }
    h.x10 = result == Errno.EPIPE_WITHOUT_SIGNAL ? Errno.EPIPE : result;
    if (h.capabilities != null) {
      h.capabilities.wroteInteger(RESULT);
      Capability pointer = task.takeResult();
      if (pointer != null) {
        // The instruction itself would make an integer of it.
        h.capabilities.set(RESULT, pointer);
        h.pc += ECALL_LENGTH;
        if (task.signals().interrupted()) {
          h.requestInterrupt();
        }
        throw Unwind.INSTANCE;
      }
    }
    if (complete && task.signals().interrupted()) {
      h.pc += ECALL_LENGTH;
      h.requestInterrupt();
      throw Unwind.INSTANCE;
    }
  }

  private static void checkPointers(Task task, SystemCall call, Hart h) {
    List<Argument> arguments = call.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      if (argument instanceof Argument.Structure || argument instanceof Argument.Buffer) {
        long[] values = {h.x10, h.x11, h.x12, h.x13, h.x14, h.x15};
        Pointers.check(task.memory(), argument, values, i);
      }
    }
  }
}
