package org.capvm.intravisor.kernel.host;

import elf4j.Logger;
import java.util.List;
import org.capvm.intravisor.authority.CapabilityReport;
import org.capvm.intravisor.event.FaultEvent;
import org.capvm.intravisor.event.Recorder;
import org.capvm.intravisor.kernel.host.process.ExitStatus;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.SignalDelivery;
import org.capvm.intravisor.kernel.host.signal.SignalDelivery.Interrupted;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Dispatch;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The {@code host} kernel: a small Linux personality that answers the environment calls of a cVM on
 * the calling thread, on top of the host's own system calls.
 *
 * <p>It is part of the trusted base: guests name host files only through folder handles of their
 * root and volumes, and host memory only through checked guest addresses.
 */
public final class HostKernel implements Kernel {
  private static final Logger LOG = Logger.instance();

  private final Dispatch dispatch;

  public HostKernel(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    dispatch.run(Task.of(h), h, complete);
  }

  @Override
  public void trap(Hart h, Trap trap) {
    Task task = Task.of(h);
    task.signals().force(signal(h, trap));
    deliver(h, task, Interrupted.NOTHING, trap);
  }

  /** The signal that Linux sends for a trap. */
  private static SignalInfo signal(Hart h, Trap trap) {
    return switch (trap) {
      case Trap.IllegalInstruction _ ->
          SignalInfo.fault(Signals.SIGILL, SignalInfo.ILL_ILLOPC, h.pc);
      case Trap.Breakpoint _ -> SignalInfo.fault(Signals.SIGTRAP, SignalInfo.TRAP_BRKPT, h.pc);
      case Trap.Memory(MemoryFault fault) ->
          SignalInfo.fault(
              Signals.SIGSEGV,
              fault.mapped() ? SignalInfo.SEGV_ACCERR : SignalInfo.SEGV_MAPERR,
              fault.address());
      case Trap.Capability(CapabilityFault fault) ->
          SignalInfo.capabilityFault(fault.violation(), h.pc);
      case Trap.Misaligned(long address, _) ->
          SignalInfo.fault(Signals.SIGBUS, SignalInfo.BUS_ADRALN, address);
    };
  }

  @Override
  public void interrupt(Hart h) {
    Task task = Task.of(h);
    deliver(h, task, task.takeInterruptedCall(), null);
  }

  /**
   * Delivers signals.
   *
   * @param trap what raised one of them, or null; a capability fault is reported if it is the end
   */
  private static void deliver(Hart h, Task task, Interrupted interrupted, Trap trap) {
    Process process = task.process();
    int fatal =
        SignalDelivery.deliver(
            h, task.signals(), interrupted, process.addressSpace().signalReturn());
    if (fatal != 0) {
      if (trap instanceof Trap.Capability(CapabilityFault fault)) {
        String text = CapabilityReport.of(h, fault) + backtrace(h, process);
        LOG.error("{}", text);
        FaultEvent.record(text, h.pc, fatal);
      } else if (trap != null && Recorder.isOn()) {
        FaultEvent.record("signal " + fatal + backtrace(h, process), h.pc, fatal);
      }
      process.exit(ExitStatus.killed(fatal));
    }
    if (task.signals().exitRequested()) {
      throw HartExit.INSTANCE;
    }
  }

  private static String backtrace(Hart h, Process process) {
    List<String> frames = new GuestBacktrace(process.addressSpace()).of(h);
    return "\n  " + String.join("\n  ", frames);
  }

  @Override
  public void instructionFence(Hart h) {
    Task.of(h).process().addressSpace().executable().flushed(0, 0);
  }
}
