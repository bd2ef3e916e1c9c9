package org.capvm.intravisor.kernel.host.memory;

import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.futex.FutexTable;
import org.capvm.runtime.memory.Window;

/** The guest memory of a process: its window and what is mapped where. */
public final class AddressSpace {
  private final Window window;
  private final GuestMemory memory;
  private final FutexTable futexes = new FutexTable();
  private volatile long signalReturn;

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

  /** The threads that wait for words of this memory. */
  public FutexTable futexes() {
    return futexes;
  }

  /** Guest address that signal handlers return to: rt_sigreturn in the vDSO. */
  public long signalReturn() {
    return signalReturn;
  }

  public void setSignalReturn(long address) {
    signalReturn = address;
  }
}
