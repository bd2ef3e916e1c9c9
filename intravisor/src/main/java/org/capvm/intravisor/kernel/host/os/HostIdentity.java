package org.capvm.intravisor.kernel.host.os;

import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/** Who the JVM is on the host. */
public final class HostIdentity {
  private HostIdentity() {}

  /** The effective user number. */
  public static int user() {
    return (int) HostSystem.call(HostNumbers.GETEUID);
  }

  /** The effective group number. */
  public static int group() {
    return (int) HostSystem.call(HostNumbers.GETEGID);
  }
}
