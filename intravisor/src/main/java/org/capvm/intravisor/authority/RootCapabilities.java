package org.capvm.intravisor.authority;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;

/** What all capabilities of a program are derived from: its code, its data, its stack. */
public final class RootCapabilities {
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

  /** Nothing is sealed with the addresses of a stack. */
  private static final int STACK =
      DATA & ~(Permissions.SEAL | Permissions.UNSEAL | Permissions.INVOKE);

  private RootCapabilities() {}

  /**
   * Executes and reads all of a window.
   *
   * @param size of the window
   * @param capabilityMode of the code that runs under it
   */
  public static Capability code(Dialect dialect, long size, boolean capabilityMode) {
    return code(dialect, 0, size, capabilityMode);
  }

  /** As the other, for a part of a window. */
  public static Capability code(Dialect dialect, long start, long length, boolean capabilityMode) {
    return root(dialect, start, length, CODE).withFlags(capabilityMode ? 1 : 0);
  }

  /** Everything but execution, for all of a window. */
  public static Capability data(Dialect dialect, long size) {
    return root(dialect, 0, size, DATA);
  }

  /** What frames are stored by; also local capabilities may be. */
  public static Capability stack(Dialect dialect, long low, long length) {
    return root(dialect, low, length, STACK);
  }

  /**
   * For memory that was just mapped.
   *
   * @param executable whether code may run there
   */
  public static Capability mapped(Dialect dialect, long start, long length, boolean executable) {
    int permissions = executable ? STACK | Permissions.EXECUTE : STACK;
    return root(dialect, start, length, permissions);
  }

  /** Some permissions on a range, whose bounds are rounded where they must be. */
  public static Capability root(Dialect dialect, long start, long length, int permissions) {
    Capability bounded =
        CapabilityOperations.setBounds(
            dialect, Capability.ROOT.withAddress(start), 0, length, false);
    return CapabilityOperations.andPermissions(dialect, bounded, 0, permissions);
  }
}
