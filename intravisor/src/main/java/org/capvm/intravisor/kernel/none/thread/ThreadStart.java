package org.capvm.intravisor.kernel.none.thread;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.CapabilityCode;

/**
 * A function, in a0, and its argument, in a1, that a hart wants to be called later or by another
 * hart. It is called with no more authority than the one that asked has: its PCC, or what its own
 * jump to the function would make of that, and its DDC.
 */
public final class ThreadStart {
  private static final int GP = 3;
  private static final int A0 = 10;
  private static final int A1 = 11;

  private final long function;
  private final long argument;
  private final long globalPointer;
  private final CapabilityRegisters authority;
  private final Capability heldArgument;
  private final Capability heldGlobalPointer;

  private ThreadStart(Hart h, CapabilityRegisters authority) {
    this.function = h.x10;
    this.argument = h.x11;
    this.globalPointer = h.x3;
    this.authority = authority;
    this.heldArgument = authority == null ? null : h.capabilities.get(A1);
    this.heldGlobalPointer = authority == null ? null : h.capabilities.get(GP);
  }

  /**
   * What a hart asks for.
   *
   * @throws CapabilityFault when it could not jump to the function itself
   */
  public static ThreadStart of(Hart h) {
    if (h.capabilities == null) {
      return new ThreadStart(h, null);
    }
    CapabilityRegisters caller = h.capabilities;
    // A hart of its own, because a jump changes the pc.
    Hart jumping = new Hart(h.window, h.kernel, h.functions, h.fallback);
    CapabilityRegisters entered =
        new CapabilityRegisters(jumping, caller.dialect(), caller.pcc(), caller.ddc());
    jumping.capabilities = entered;
    if (caller.pccBounds().isCapabilityMode()) {
      CapabilityCode.jump(caller.held(A0), h.x10, A0, 0, jumping);
    } else {
      jumping.pc = CapabilityCode.integerTarget(h.x10, jumping);
    }
    return new ThreadStart(h, entered);
  }

  /** Sets all registers of a hart but those that have to do with its stack. */
  public void apply(Hart h) {
    for (int n = 1; n < 32; n++) {
      h.x(n, 0);
    }
    for (int n = 0; n < 32; n++) {
      h.f(n, 0);
    }
    h.setFcsr(0);
    h.tailTarget = 0;
    h.interpreterFrames = 0;
    h.reservationAddress = -1;
    h.pc = function & ~1L;
    h.x3 = globalPointer;
    h.x10 = argument;
    if (authority != null) {
      CapabilityRegisters registers =
          new CapabilityRegisters(h, authority.dialect(), authority.pcc(), authority.ddc());
      registers.set(GP, heldGlobalPointer);
      registers.set(A0, heldArgument);
      h.capabilities = registers;
    }
  }
}
