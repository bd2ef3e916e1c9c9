package org.capvm.intravisor.kernel.host.memory;

import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.runtime.memory.Window;

/** The guest memory of a process: its window and what is mapped where. */
public final class AddressSpace {
  private final Window window;
  private final GuestMemory memory;

  public AddressSpace(Window window) {
    this.window = window;
    this.memory = new GuestMemory(window);
  }

  public Window window() {
    return window;
  }

  /** Checked access for system calls. */
  public GuestMemory memory() {
    return memory;
  }
}
