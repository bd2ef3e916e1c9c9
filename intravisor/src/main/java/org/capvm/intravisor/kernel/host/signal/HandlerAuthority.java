package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.CapabilityRegisters;

/**
 * What a signal handler runs with in a program with capabilities: the authority of whoever
 * installed it, never that of the code that it interrupts.
 *
 * @param handler as it was given: a capability in capability mode, an integer otherwise
 * @param pcc under which it runs; what does not execute there faults at its first instruction
 * @param ddc of the caller of rt_sigaction
 */
public record HandlerAuthority(Capability handler, Capability pcc, Capability ddc) {
  /**
   * The authority of the caller of rt_sigaction.
   *
   * @param handler that it gives
   */
  public static HandlerAuthority of(CapabilityRegisters caller, Capability handler) {
    Capability pcc = caller.pccBounds();
    if (!pcc.isCapabilityMode()) {
      long start = caller.dialect().relocates() ? pcc.base() : 0;
      pcc = pcc.withAddress(start + handler.address());
    } else {
      pcc = handler.isSentry() ? handler.unsealed() : handler;
    }
    return new HandlerAuthority(handler, pcc, caller.ddc());
  }
}
