package org.capvm.intravisor.kernel.none;

import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.CapabilityCode;

/**
 * The Intravisor's side of a hostcall by CInvoke: code at an address that no window reaches. The
 * caller passes its sealed return pair in ct0 and ct1, its data capability in ct2, the number in t5
 * and arguments in a0 to a7.
 */
final class HostcallGate {
  /** Above every window, and exactly representable. */
  private static final long ADDRESS = 1L << 48;

  private static final int SIZE = 16;

  private static final int T0 = 5;
  private static final int T1 = 6;
  private static final int T2 = 7;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A7 = 17;
  private static final int T3 = 28;
  private static final int T5 = 30;
  private static final int T6 = 31;

  private HostcallGate() {}

  /** The code capability of the gate, not sealed yet. */
  static Capability code(Dialect dialect) {
    return RootCapabilities.root(
        dialect, ADDRESS, SIZE, Permissions.GLOBAL | Permissions.EXECUTE | Permissions.INVOKE);
  }

  /** Its data capability, not sealed yet: without authority, since the Intravisor needs none. */
  static Capability data(Dialect dialect) {
    return RootCapabilities.root(dialect, ADDRESS, SIZE, Permissions.GLOBAL | Permissions.INVOKE);
  }

  /** Whether a hart has come here through a sealed pair. */
  static boolean isAt(Hart h) {
    return h.pc == ADDRESS && h.capabilities.pccBounds().base() == ADDRESS;
  }

  /**
   * Carries out the call with the authority of the caller, which is what it returns to: PCC from
   * ct0, and for a hybrid caller DDC from ct2.
   *
   * @throws org.capvm.runtime.capability.CapabilityFault when ct0 and ct1 are no sealed pair
   */
  static void call(Hart h, HostcallTable hostcalls) {
    CapabilityRegisters registers = h.capabilities;
    Capability returnCode = registers.get(T0);
    Capability returnData = registers.get(T1);
    // Changes PCC, to the caller's.
    Capability data = CapabilityCode.invoke(returnCode, T0, returnData, T1, h);
    if (!registers.pccBounds().isCapabilityMode()) {
      registers.setDdc(registers.get(T2));
    }
    BareThread caller = BareThread.of(h);
    caller.setGateData(data);
    long result = hostcalls.call(h);
    caller.setGateData(null);
    Capability capabilityResult = caller.takeCapabilityResult();
    leave(registers, data, result);
    if (capabilityResult != null) {
      registers.set(A0, capabilityResult);
    }
  }

  /** Where the hart was before {@link #call}, which has left all it needs in the registers. */
  static void comeBack(CapabilityRegisters registers) {
    registers.setPcc(code(registers.dialect()));
  }

  /**
   * Leaves to the caller.
   *
   * @param data the caller's data capability
   */
  static void leave(CapabilityRegisters registers, Capability data, long result) {
    clear(registers);
    registers.set(T6, data);
    registers.setInteger(A0, result);
  }

  /** Leaves nothing in registers that a call does not keep: whoever runs next learns nothing. */
  private static void clear(CapabilityRegisters registers) {
    for (int n = T0; n <= T2; n++) {
      registers.setInteger(n, 0);
    }
    for (int n = A1; n <= A7; n++) {
      registers.setInteger(n, 0);
    }
    for (int n = T3; n <= T5; n++) {
      registers.setInteger(n, 0);
    }
  }
}
