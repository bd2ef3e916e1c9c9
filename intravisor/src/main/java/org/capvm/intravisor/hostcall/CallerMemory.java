package org.capvm.intravisor.hostcall;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;

/**
 * Memory that a hostcall's pointer leads to. A hart with capabilities gets from the host what its
 * own loads would: the pointer is a capability in capability mode, and under DDC otherwise.
 */
final class CallerMemory {
  private CallerMemory() {}

  /**
   * Bytes to read.
   *
   * @param register that holds the pointer
   * @throws MemoryFault when the caller may not read all of them
   */
  static MemorySegment readable(Hart h, int register, long length) {
    CapabilityRegisters registers = h.capabilities;
    long address = h.x(register);
    if (registers != null) {
      boolean byCapability = registers.pccBounds().isCapabilityMode();
      Capability authority = byCapability ? registers.get(register) : registers.ddc();
      if (!byCapability && registers.dialect().relocates()) {
        address += authority.address();
      }
      boolean allowed =
          authority.isTagged()
              && !authority.isSealed()
              && authority.permits(Permissions.LOAD)
              && length >= 0
              && authority.covers(address, length);
      if (!allowed) {
        throw new MemoryFault(address, AccessKind.LOAD, true);
      }
    }
    return h.window.segment(address, length);
  }
}
