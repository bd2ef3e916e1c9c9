package org.capvm.intravisor.kernel.none;

import elf4j.Logger;
import java.util.function.Consumer;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;

/** The {@code none} kernel: nothing but hostcalls; every trap ends the program. */
final class BareKernel implements Kernel {
  private static final int SIGILL = 4;
  private static final int SIGTRAP = 5;
  private static final int SIGABRT = 6;
  private static final int SIGBUS = 7;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;

  private static final Logger LOG = Logger.instance();

  private final HostcallTable hostcalls;
  private final Consumer<Hart> codeChanged;
  private volatile int status;
  private volatile boolean killed;

  /**
   * @param codeChanged is told of a fence.i
   */
  BareKernel(HostcallTable hostcalls, Consumer<Hart> codeChanged) {
    this.hostcalls = hostcalls;
    this.codeChanged = codeChanged;
  }

  /** The exit status: a0 of thread_exit, or 128 + the signal that a trap would be. */
  int status() {
    return status;
  }

  /** Ends the program when the hart is interrupted next. */
  void kill() {
    killed = true;
  }

  /** Notes that the program ended by a defect of ours. */
  void abort() {
    status = 128 + SIGABRT;
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    long first = h.x10;
    try {
      h.x10 = hostcalls.call(h);
    } catch (HartExit e) {
      status = (int) first & 0xff;
      throw e;
    }
  }

  @Override
  public void trap(Hart h, Trap trap) {
    if (trap instanceof Trap.Capability(CapabilityFault fault)) {
      LOG.error("{}", CapabilityReport.of(h, fault));
    }
    status =
        128
            + switch (trap) {
              case Trap.IllegalInstruction _ -> SIGILL;
              case Trap.Breakpoint _ -> SIGTRAP;
              case Trap.Memory _, Trap.Capability _ -> SIGSEGV;
              case Trap.Misaligned _ -> SIGBUS;
            };
    throw HartExit.INSTANCE;
  }

  @Override
  public void interrupt(Hart h) {
    if (killed) {
      status = 128 + SIGKILL;
      throw HartExit.INSTANCE;
    }
  }

  @Override
  public void instructionFence(Hart h) {
    codeChanged.accept(h);
  }
}
