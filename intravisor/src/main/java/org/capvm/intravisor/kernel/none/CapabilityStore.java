package org.capvm.intravisor.kernel.none;

import java.util.OptionalLong;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.memory.Window;

/**
 * The capabilities with which a program makes hostcalls by CInvoke: slots of 16 bytes where the
 * original has them. All sealed ones are of the type of the cVM.
 */
final class CapabilityStore {
  private static final int OWN_DATA = 2;
  private static final int HOSTCALL_CODE = 3;
  private static final int HOSTCALL_DATA = 4;

  /** Unused in the original; here, what the program may seal with. */
  private static final int SEALER = 5;

  private static final int RETURN_CODE = 11;
  private static final int RETURN_DATA = 12;

  /** Where functions that others call may leave through; see {@link ReturnGate}. */
  private static final int CALL_EXIT = 13;

  private CapabilityStore() {}

  /**
   * Fills the store.
   *
   * @param program its capabilities
   * @param sealer what it may seal with
   * @param type what to seal with
   * @param returnAddress where hostcalls return to; without it their slot stays empty
   */
  static void fill(
      Window window,
      BareLayout layout,
      Dialect dialect,
      CapabilityStart.Program program,
      Capability sealer,
      int type,
      OptionalLong returnAddress) {
    Slots slots = new Slots(window, layout.store());
    slots.put(OWN_DATA, program.data());
    slots.put(HOSTCALL_CODE, HostcallGate.code(dialect).withType(type));
    slots.put(HOSTCALL_DATA, HostcallGate.data(dialect).withType(type));
    slots.put(CALL_EXIT, ReturnGate.code(dialect).withType(type));
    slots.put(SEALER, sealer);
    if (returnAddress.isPresent()) {
      Capability code = program.code().withAddress(returnAddress.getAsLong());
      slots.put(RETURN_CODE, code.withType(type));
      slots.put(RETURN_DATA, program.data().withType(type));
    }
  }

  private record Slots(Window window, long start) {
    void put(int slot, Capability c) {
      window.tags().store(start + (long) slot * Capability.SIZE, c);
    }
  }
}
