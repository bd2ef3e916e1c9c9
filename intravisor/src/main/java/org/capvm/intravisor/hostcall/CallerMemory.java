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
 * own accesses would: the pointer is a capability in capability mode, and under DDC otherwise.
 */
public final class CallerMemory {
  private CallerMemory() {}

  /**
   * Bytes to read, for no longer than the call.
   *
   * @param register that holds the pointer
   * @throws MemoryFault when the caller may not read all of them
   */
  public static MemorySegment readable(Hart h, int register, long length) {
    long address = address(h, register, length, Permissions.LOAD, AccessKind.LOAD);
    return h.window.segment(address, length);
  }

  /**
   * Writes bytes; tags of what is overwritten are cleared.
   *
   * @param register that holds the pointer
   * @throws MemoryFault when the caller may not write all of them
   */
  public static void write(Hart h, int register, MemorySegment bytes) {
    long address = address(h, register, bytes.byteSize(), Permissions.STORE, AccessKind.STORE);
    h.window.write(address, bytes);
  }

  /** The checked address of a range that is at least in the window. */
  private static long address(Hart h, int register, long length, int permission, AccessKind kind) {
    CapabilityRegisters registers = h.capabilities;
    long address = h.x(register);
    if (length < 0) {
      throw new MemoryFault(address, kind, true);
    }
    if (registers != null) {
      boolean byCapability = registers.pccBounds().isCapabilityMode();
      Capability authority = byCapability ? registers.get(register) : registers.ddc();
      if (!byCapability && registers.dialect().relocates()) {
        address += authority.address();
      }
      boolean allowed =
          authority.isTagged()
              && !authority.isSealed()
              && authority.permits(permission)
              && authority.covers(address, length);
      if (!allowed) {
        throw new MemoryFault(address, kind, true);
      }
    }
    // The range first, since looking at the pages of a huge one would take long.
    h.window.segment(address, length);
    h.window.pages().check(address, length, kind);
    return address;
  }
}
