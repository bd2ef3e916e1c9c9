package org.capvm.intravisor.kernel.host;

import org.capvm.intravisor.kernel.host.process.ExitStatus;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Dispatch;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;

/**
 * The {@code host} kernel: a small Linux personality that answers the environment calls of a cVM on
 * the calling thread, on top of the host's own system calls.
 *
 * <p>It is part of the trusted base: guests name host files only through folder handles of their
 * root and volumes, and host memory only through checked guest addresses.
 */
public final class HostKernel implements Kernel {
  private static final int SIGILL = 4;
  private static final int SIGTRAP = 5;
  private static final int SIGBUS = 7;
  private static final int SIGSEGV = 11;

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
    int signal =
        switch (trap) {
          case Trap.IllegalInstruction i -> SIGILL;
          case Trap.Breakpoint b -> SIGTRAP;
          case Trap.Memory m -> SIGSEGV;
          case Trap.Misaligned m -> SIGBUS;
        };
    Task.of(h).process().exit(ExitStatus.killed(signal));
    throw HartExit.INSTANCE;
  }

  @Override
  public void interrupt(Hart h) {
    Task task = Task.of(h);
    if (task.signals().exitRequested()) {
      throw HartExit.INSTANCE;
    }
    task.takeInterruptedCall();
  }

  @Override
  public void instructionFence(Hart h) {}
}
