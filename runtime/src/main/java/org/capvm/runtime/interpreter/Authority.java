package org.capvm.runtime.interpreter;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;

/**
 * The capability that authorises one memory access, and the address that it is for.
 *
 * @param register its number in faults
 * @param address of the first byte
 */
record Authority(Capability capability, int register, long address) {

  /** DDC, for an address that is an integer. */
  static Authority ddc(CapabilityRegisters registers, long integerAddress) {
    Capability ddc = registers.ddc();
    long start = registers.dialect().relocates() ? ddc.address() : 0;
    return new Authority(ddc, CapabilityFault.DDC, start + integerAddress);
  }

  /** The capability in a register, for its own address. */
  static Authority register(CapabilityRegisters registers, int n, long offset) {
    Capability c = registers.get(n);
    return new Authority(c, n, c.address() + offset);
  }

  /** Checks that it is a capability that can be used at all. */
  Authority usable() {
    require(capability.isTagged(), CapabilityCause.TAG);
    require(!capability.isSealed(), CapabilityCause.SEAL);
    return this;
  }

  Authority permitsLoad() {
    require(capability.permits(Permissions.LOAD), CapabilityCause.LOAD);
    return this;
  }

  Authority permitsStore() {
    require(capability.permits(Permissions.STORE), CapabilityCause.STORE);
    return this;
  }

  Authority permitsLoadCapability() {
    require(capability.permits(Permissions.LOAD_CAPABILITY), CapabilityCause.LOAD_CAPABILITY);
    return this;
  }

  /** Checks that it allows storing a value: capabilities need more than integers. */
  Authority permitsStoreOf(Capability value) {
    permitsStore();
    if (value.isTagged()) {
      require(capability.permits(Permissions.STORE_CAPABILITY), CapabilityCause.STORE_CAPABILITY);
      require(
          value.permits(Permissions.GLOBAL)
              || capability.permits(Permissions.STORE_LOCAL_CAPABILITY),
          CapabilityCause.STORE_LOCAL_CAPABILITY);
    }
    return this;
  }

  /** Checks that its bounds hold the access. */
  Authority covers(int size) {
    require(capability.covers(address, size), CapabilityCause.LENGTH);
    return this;
  }

  private void require(boolean condition, CapabilityCause cause) {
    if (!condition) {
      throw new CapabilityFault(cause, register);
    }
  }
}
