package org.capvm.intravisor.kernel.none;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;

/** Nobody answers: for single instructions, of which an environment call is an exception. */
public final class NoKernel implements Kernel {
  /** An environment call. */
  public static final class EnvironmentCall extends RuntimeException {
    private static final long serialVersionUID = 1;

    private EnvironmentCall() {
      super(null, null, false, false);
    }
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    throw new EnvironmentCall();
  }

  @Override
  public void trap(Hart h, Trap trap) {
    throw new IllegalStateException("trap " + trap);
  }

  @Override
  public void interrupt(Hart h) {}

  @Override
  public void instructionFence(Hart h) {}
}
