package org.capvm.intravisor.kernel.none;

import static org.capvm.intravisor.authority.RootCapabilities.root;

import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/**
 * The capabilities that a program starts with: PCC executes and reads the cVM's memory, the data
 * capability does everything else with it. A hybrid program has the data capability in DDC; a
 * pure-capability one has it in ca0, and nothing in DDC. What they may seal with is in ca1 and in
 * the capability store.
 */
final class CapabilityStart {
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int TP = 4;
  private static final int A0 = 10;
  private static final int A1 = 11;

  /** Nothing is sealed with addresses of memory: the types that are as high are not the guest's. */
  private static final int DATA =
      Permissions.ALL
          & ~(Permissions.EXECUTE
              | Permissions.ACCESS_SYSTEM_REGISTERS
              | Permissions.SEAL
              | Permissions.UNSEAL);

  private static final int STACK = DATA & ~Permissions.INVOKE;

  private static final int TYPES = Permissions.GLOBAL | Permissions.SEAL | Permissions.UNSEAL;

  private CapabilityStart() {}

  /** The capabilities of a whole program: PCC, with the address of its entry, and data. */
  record Program(Capability code, Capability data) {}

  /**
   * What capabilities can cover exactly of a memory of some size, from address 0 on: nearly always
   * all of it.
   */
  static long representable(Dialect dialect, long size) {
    long end = size;
    for (int shift = 13; root(dialect, 0, end, DATA).length() != end; shift++) {
      end = size & -(1L << shift);
    }
    return end;
  }

  /**
   * The capabilities of a program.
   *
   * @param memory whose bounds are representable
   * @param pure whether it begins in capability mode
   * @param entry address of the first instruction
   */
  static Program program(Dialect dialect, BareMemory memory, boolean pure, long entry) {
    long length = memory.high() - memory.low();
    Capability code = RootCapabilities.code(dialect, memory.low(), length, pure);
    return new Program(code.withAddress(entry), root(dialect, memory.low(), length, DATA));
  }

  /** What a guest may seal and unseal with. */
  static Capability sealer(Dialect dialect, BareMemory memory) {
    return root(dialect, memory.firstType(), memory.types(), TYPES);
  }

  /**
   * Gives a hart its capability registers.
   *
   * @param sealer what it may seal with
   */
  static void prepare(Hart h, Dialect dialect, Program program, Capability sealer) {
    boolean pure = program.code().isCapabilityMode();
    h.capabilities =
        new CapabilityRegisters(
            h, dialect, program.code(), pure ? Capability.NULL : program.data());
    if (pure) {
      h.capabilities.set(A0, program.data());
      h.capabilities.set(A1, sealer);
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
    registers.set(SP, frames(dialect, layout, place));
    registers.set(TP, threadPage(dialect, layout, place));
    registers.set(
        RA, registers.pccBounds().withAddress(layout.exitCode()).withType(ObjectType.SENTRY));
  }

  /** The frames of a thread, at their end. */
  static Capability frames(Dialect dialect, BareLayout layout, int place) {
    long start = layout.threadPage(place) + Window.PAGE;
    long end = layout.stackEnd(place);
    return root(dialect, start, end - start, STACK).withAddress(end);
  }

  /** The page of a thread. */
  static Capability threadPage(Dialect dialect, BareLayout layout, int place) {
    return root(dialect, layout.threadPage(place), Window.PAGE, STACK);
  }

  /** What a function that is called by another cVM may do with the copy of the caller's bytes. */
  static Capability callersBytes(Dialect dialect, long start, long length) {
    return root(dialect, start, length, Permissions.GLOBAL | Permissions.LOAD | Permissions.STORE);
  }
}
