package org.capvm.intravisor.kernel.none;

import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.Hart;

/**
 * Where functions that other cVMs call may return to instead of an address of their own memory: by
 * the entry in ra in capability mode, and by CInvoke with slot 13 of the capability store, as the
 * original has it. It ends the call of the hart that comes there, and gives no other authority.
 */
final class ReturnGate {
  /** Behind the gate of hostcalls. */
  private static final long ADDRESS = (1L << 48) + 16;

  private static final int SIZE = 16;

  private ReturnGate() {}

  /** The code capability of the gate, not sealed yet. */
  static Capability code(Dialect dialect) {
    return RootCapabilities.root(
        dialect, ADDRESS, SIZE, Permissions.GLOBAL | Permissions.EXECUTE | Permissions.INVOKE);
  }

  /** What a jump in capability mode comes here by. */
  static Capability entry(Dialect dialect) {
    return code(dialect).withType(ObjectType.SENTRY);
  }

  /** Whether a hart has come here. */
  static boolean isAt(Hart h) {
    return h.pc == ADDRESS && h.capabilities.pccBounds().base() == ADDRESS;
  }
}
