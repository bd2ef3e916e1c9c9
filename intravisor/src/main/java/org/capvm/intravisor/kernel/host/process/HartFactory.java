package org.capvm.intravisor.kernel.host.process;

import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.runtime.hart.Hart;

/** Makes the harts of guest threads, connected to the kernel and the engine of the cVM. */
@FunctionalInterface
public interface HartFactory {
  Hart create(AddressSpace addressSpace);
}
