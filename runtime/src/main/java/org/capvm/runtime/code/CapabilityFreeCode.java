package org.capvm.runtime.code;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.floatingpoint.ReservedRoundingMode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.MisalignedAccess;
import org.capvm.runtime.memory.Window;

/**
 * Runs functions that were translated as if capabilities did not exist in a cVM that has them.
 *
 * <p>It is what such functions call where there is none of their kind, and leaves then: they never
 * come to code that knows of capabilities without dropping their frames.
 */
final class CapabilityFreeCode extends GuestFunction {
  private static final int ACCESS = Permissions.LOAD | Permissions.STORE;

  /** Knows the exact calls; it executes nothing here. */
  private final Interpreter interpreter;

  CapabilityFreeCode(Interpreter interpreter) {
    this.interpreter = interpreter;
  }

  @Override
  public void call(Hart h) {
    throw Unwind.INSTANCE;
  }

  /**
   * Whether a function does at the hart's pc what the architecture says. It writes integers to
   * registers and forgets nothing of them, so none may hold a capability; it makes none, so none
   * will. It asks nobody what it may access or where it may jump, so DDC and PCC have to allow all
   * memory of the window; it does not change them. Shared buffers are out of its range, so DDC must
   * not reach them either.
   */
  static boolean isAllowed(Hart h) {
    CapabilityRegisters registers = h.capabilities;
    return allowsAll(registers, h.window) && registers.holdIntegersOnly();
  }

  /** Whether a function that control has come to may run. */
  boolean mayRun(Hart h) {
    return isAllowed(h) && !isCalledExactly(h);
  }

  private static boolean allowsAll(CapabilityRegisters registers, Window window) {
    Capability pcc = registers.pccBounds();
    Capability ddc = registers.ddc();
    boolean absolute = !registers.dialect().relocates() || pcc.base() == 0 && ddc.address() == 0;
    return absolute
        && !pcc.isCapabilityMode()
        && (pcc.base() & 1) == 0
        && covers(pcc, window, Permissions.EXECUTE)
        && covers(ddc, window, ACCESS)
        && !(window.hasAliases() && ddc.covers(window.size(), 1));
  }

  private static boolean covers(Capability c, Window window, int permissions) {
    return c.isTagged()
        && !c.isSealed()
        && c.permits(permissions)
        && c.covers(Window.LOW, window.size() - Window.LOW);
  }

  /** See {@link Interpreter#addExactCalls}; such a call begins here if its callee would run. */
  private boolean isCalledExactly(Hart h) {
    if (h.exactCall == null && interpreter.isExactCall(h.x1)) {
      h.exactCall = new ExactCall(h.x1, h.x2);
    }
    return h.exactCall != null;
  }

  /** Forgets an exact call that has returned, or whose frame is gone. */
  static void endExactCall(Hart h) {
    ExactCall call = h.exactCall;
    boolean returned = h.pc == call.returnTo() && h.x2 == call.sp();
    if (returned || Long.compareUnsigned(h.x2, call.sp()) > 0) {
      h.exactCall = null;
    }
  }

  /**
   * Runs a function, and what it calls.
   *
   * @return whether it left where it was entered, for other code to go on
   */
  static boolean run(Hart h, GuestFunction function) {
    if (h.restartWithoutFrames()) {
      return false; // The interrupt comes first.
    }
    long start = h.pc;
    h.reservationAddress = -1; // Of another engine: a store-conditional may fail.
    Window whole = h.window;
    h.window = whole.withoutAliases();
    h.enterGuestCode();
    try {
      function.call(h);
      if (h.tailTarget != 0) {
        h.pc = h.tailTarget;
        h.tailTarget = 0;
      }
      return false;
    } catch (Unwind e) {
      return h.pc == start;
    } catch (MemoryFault e) {
      FaultLocation.of(e).ifPresent(pc -> h.pc = pc);
      h.leaveGuestCode();
      h.window = whole;
      h.kernel.trap(h, trap(h, e));
      return false;
    } catch (ReservedRoundingMode e) {
      // The interpreter raises the trap when it executes the instruction.
      FaultLocation.of(e).ifPresent(pc -> h.pc = pc);
      return h.pc == start;
    } finally {
      h.leaveGuestCode();
      h.window = whole;
    }
  }

  /** As the interpreter, which asks DDC before the window, and for the first byte that fails. */
  private static Trap trap(Hart h, MemoryFault fault) {
    long address = fault.address();
    long size = h.window.size();
    boolean inside =
        Long.compareUnsigned(address, Window.LOW) >= 0 && Long.compareUnsigned(address, size) < 0;
    boolean reachesOut = inside && !(fault instanceof MisalignedAccess);
    long refused = reachesOut ? size : address;
    if (!h.capabilities.ddc().covers(refused, 1)) {
      return new Trap.Capability(new CapabilityFault(CapabilityCause.LENGTH, CapabilityFault.DDC));
    }
    return Trap.of(reachesOut ? new MemoryFault(refused, fault.kind(), false) : fault);
  }
}
