package org.capvm.intravisor.kernel.none;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.CapabilityUse;

/**
 * The capabilities that a program starts with: PCC executes and reads the cVM's memory, the data
 * capability does everything else with it. A hybrid program has the data capability in DDC; a
 * pure-capability one has it in ca0, and nothing in DDC.
 */
final class CapabilityStart {
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int TP = 4;
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

  /** What is on a stack may hold local capabilities; nothing is sealed with its addresses. */
  private static final int STACK =
      DATA & ~(Permissions.SEAL | Permissions.UNSEAL | Permissions.INVOKE);

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
      h.capabilities.set(A0, data);
    }
  }

  /**
   * Gives a hart a stack, and lets its first function return to the code that ends a thread. In
   * capability mode these are capabilities of no more than the stack, the thread's page, and what
   * the function's PCC allows.
   */
  static void setStack(Hart h, BareLayout layout, int place) {
    CapabilityRegisters registers = h.capabilities;
    Dialect dialect = registers.dialect();
    long end = layout.stackEnd(place);
    if (!registers.pccBounds().isCapabilityMode()) {
      registers.setInteger(RA, layout.exitCode());
      registers.setInteger(SP, end);
      registers.setInteger(TP, layout.threadPage(place));
      return;
    }
    long start = layout.threadPage(place) + Window.PAGE;
    Capability frames = root(dialect, start, end - start, STACK).withAddress(end);
    registers.set(SP, frames);
    registers.set(TP, root(dialect, layout.threadPage(place), Window.PAGE, STACK));
    registers.set(
        RA, registers.pccBounds().withAddress(layout.exitCode()).withType(ObjectType.SENTRY));
  }

  private static Capability root(Dialect dialect, long start, long length, int permissions) {
    Capability bounded =
        CapabilityOperations.setBounds(
            dialect, Capability.ROOT.withAddress(start), 0, length, false);
    return CapabilityOperations.andPermissions(dialect, bounded, 0, permissions);
  }
}
