package org.capvm.intravisor.kernel.host.syscall;

import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.MemoryFault;

/** Finds the entry of an environment call, checks its pointers, traces, counts and runs it. */
public final class Dispatch {
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
    String shown = trace == null ? null : trace.enter(task, call, h);
    long result;
    try {
      checkPointers(task, call, h);
      result = call.handler().call(task, h.x10, h.x11, h.x12, h.x13, h.x14, h.x15);
    } catch (MemoryFault e) {
      result = Errno.EFAULT;
    }
    if (trace != null) {
      trace.leave(task, call, shown, result);
    }
    if (result == Errno.RESTART) {
      task.callInterrupted();
      throw Unwind.INSTANCE;
    }
    h.x10 = result;
  }

  private static void checkPointers(Task task, SystemCall call, Hart h) {
    List<Argument> arguments = call.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      if (argument instanceof Argument.Structure || argument instanceof Argument.Buffer) {
        long[] values = {h.x10, h.x11, h.x12, h.x13, h.x14, h.x15};
        Pointers.check(task.process().memory(), argument, values, i);
      }
    }
  }
}
