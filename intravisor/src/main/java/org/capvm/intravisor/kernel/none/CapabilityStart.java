package org.capvm.intravisor.kernel.none;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.translator.elf.CapabilityUse;

/**
 * The capabilities that a program starts with: PCC executes and reads the cVM's memory, the data
 * capability does everything else with it. A hybrid program has the data capability in DDC; a
 * pure-capability one has it in ca0, the stack in csp, and nothing in DDC.
 */
final class CapabilityStart {
  private static final int SP = 2;
  private static final int A0 = 10;

  private static final int CODE =
      Permissions.USER
          | Permissions.GLOBAL
          | Permissions.EXECUTE
          | Permissions.LOAD
          | Permissions.LOAD_CAPABILITY
          | Permissions.INVOKE
          | Permissions.ACCESS_SYSTEM_REGISTERS;

  private static final int DATA =
      Permissions.ALL & ~(Permissions.EXECUTE | Permissions.ACCESS_SYSTEM_REGISTERS);

  private static final long LARGEST_STACK = 8 << 20;

  private CapabilityStart() {}

  /**
   * Gives a hart its capability registers.
   *
   * @param entry address of the first instruction
   */
  static void prepare(Hart h, CapabilityUse use, Dialect dialect, long entry) {
    long size = h.window.size();
    boolean pure = use == CapabilityUse.PURE;
    Capability code = root(dialect, 0, size, CODE).withAddress(entry).withFlags(pure ? 1 : 0);
    Capability data = root(dialect, 0, size, DATA);
    h.capabilities = new CapabilityRegisters(h, dialect, code, pure ? Capability.NULL : data);
    if (pure) {
      long stack = Math.min(LARGEST_STACK, Long.highestOneBit(size / 4));
      long top = size & -stack;
      Capability frames = root(dialect, top - stack, stack, DATA).withAddress(top);
      h.capabilities.set(
          SP, CapabilityOperations.andPermissions(dialect, frames, SP, stackAllows()));
      h.capabilities.set(A0, data);
    } else {
      h.x2 = size & -16L;
    }
  }

  /** What is on a stack may hold local capabilities; nothing is sealed with its addresses. */
  private static long stackAllows() {
    return DATA & ~(Permissions.SEAL | Permissions.UNSEAL | Permissions.INVOKE);
  }

  private static Capability root(Dialect dialect, long start, long length, int permissions) {
    Capability bounded =
        CapabilityOperations.setBounds(
            dialect, Capability.ROOT.withAddress(start), 0, length, false);
    return CapabilityOperations.andPermissions(dialect, bounded, 0, permissions);
  }
}
