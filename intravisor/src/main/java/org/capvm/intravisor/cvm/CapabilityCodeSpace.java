package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityDispatcher;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/** The code side of a window whose harts have capabilities: units translated from guest memory. */
final class CapabilityCodeSpace implements Engine.CodeSpace {
  private final CodeMap map;
  private final CapabilityCodeMap units;
  private final long end;

  CapabilityCodeSpace(Window window, CapabilityCodeMap units) {
    this.map = new CodeMap(window);
    this.units = units;
    this.end = window.size();
  }

  @Override
  public CodeMap map() {
    return map;
  }

  @Override
  public void run(Hart h) {
    CapabilityDispatcher.run(h, units);
  }

  @Override
  public void mapped(OpenFile file, long offset, long address, long length) {}

  @Override
  public void changed(long address, long length) {
    units.invalidate(address, address + length);
    map.interruptRunning();
  }

  @Override
  public void flushed(long start, long limit) {
    units.invalidate(start, start == 0 && limit == 0 ? end : limit);
    map.interruptRunning();
  }

  /** Every access asks for the permissions of its page: what was checked before has to end. */
  @Override
  public void permissionsTaken() {
    map.interruptRunning();
    map.awaitInterrupts();
  }
}
