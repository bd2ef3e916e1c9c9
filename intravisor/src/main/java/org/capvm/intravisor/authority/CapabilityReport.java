package org.capvm.intravisor.authority;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;

/** What to say of a capability fault that ends a program. */
public final class CapabilityReport {
  private CapabilityReport() {}

  /** The cause, the capability that it is about, and where it happened. */
  public static String of(Hart h, CapabilityFault fault) {
    return "capability fault: %s, which is %s; pc %s"
        .formatted(
            fault.getMessage(),
            capability(h.capabilities, fault.register()).notation(),
            h.capabilities.pcc().notation());
  }

  private static Capability capability(CapabilityRegisters registers, int n) {
    return switch (n) {
      case CapabilityFault.PCC -> registers.pcc();
      case CapabilityFault.DDC -> registers.ddc();
      default ->
          n < CapabilityFault.SPECIAL
              ? registers.get(n)
              : registers.special(n - CapabilityFault.SPECIAL);
    };
  }
}
