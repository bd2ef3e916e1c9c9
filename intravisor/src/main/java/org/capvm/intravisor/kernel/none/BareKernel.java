package org.capvm.intravisor.kernel.none;

import elf4j.Logger;
import java.util.function.Consumer;
import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.event.FaultEvent;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;

/** The {@code none} kernel: nothing but hostcalls; every trap ends the program. */
final class BareKernel implements Kernel {
  private static final Logger LOG = Logger.instance();

  private static final int A0 = 10;
  private static final int ECALL_LENGTH = 4;

  private final HostcallTable hostcalls;
  private final FaultReport report;
  private final Consumer<Hart> codeChanged;
  private final long returnCode;

  /**
   * @param report says what a fault was
   * @param codeChanged is told of a fence.i
   * @param returnCode where functions return to that other cVMs call
   */
  BareKernel(
      HostcallTable hostcalls, FaultReport report, Consumer<Hart> codeChanged, long returnCode) {
    this.hostcalls = hostcalls;
    this.report = report;
    this.codeChanged = codeChanged;
    this.returnCode = returnCode;
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    // The Java stack may hold frames of code without capabilities. See Hostcall.nests.
    if (hostcalls.nests(h) && !isStackEmpty(h, complete)) {
      throw Unwind.INSTANCE;
    }
    h.x10 = hostcalls.call(h);
    Capability result = BareThread.of(h).takeCapabilityResult();
    if (result != null) {
      h.capabilities.set(A0, result);
      h.pc += ECALL_LENGTH;
      throw Unwind.INSTANCE;
    }
  }

  /** Where there are capabilities, complete calls come from below all frames. */
  private static boolean isStackEmpty(Hart h, boolean complete) {
    return h.capabilities == null ? BareThread.of(h).hasEmptiedStack(complete) : complete;
  }

  @Override
  public boolean enter(Hart h) {
    if (ReturnGate.isAt(h)) {
      BareThread thread = BareThread.of(h);
      if (thread.asService().isEmpty()) {
        throw thread.threads().exit(thread, 0);
      }
      h.pc = returnCode;
      return true;
    }
    if (!HostcallGate.isAt(h)) {
      return false;
    }
    try {
      HostcallGate.call(h, hostcalls);
    } catch (CapabilityFault e) {
      trap(h, new Trap.Capability(e));
    }
    return true;
  }

  @Override
  public void trap(Hart h, Trap trap) {
    String text = report.of(h, trap);
    LOG.error("{}", text);
    int signal =
        switch (trap) {
          case Trap.IllegalInstruction _ -> GuestSignal.ILLEGAL;
          case Trap.Breakpoint _ -> GuestSignal.TRAP;
          case Trap.Memory _, Trap.Capability _ -> GuestSignal.SEGMENTATION;
          case Trap.Misaligned _ -> GuestSignal.BUS;
        };
    FaultEvent.record(text, h.pc, signal);
    BareThread.of(h).threads().end(GuestSignal.STATUS + signal);
    throw HartExit.INSTANCE;
  }

  @Override
  public void interrupt(Hart h) {
    BareThread.of(h).threads().requireRunning();
  }

  @Override
  public void instructionFence(Hart h) {
    codeChanged.accept(h);
  }
}
