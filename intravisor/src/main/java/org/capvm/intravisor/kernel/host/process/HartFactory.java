package org.capvm.intravisor.kernel.host.process;

import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.runtime.hart.Hart;

/** Makes and runs the harts of guest threads, connected to the kernel and the engine of the cVM. */
public interface HartFactory {
  Hart create(AddressSpace addressSpace);

  /** Runs a hart of an address space until its guest thread ends. */
  void run(Hart h, AddressSpace addressSpace);
}
