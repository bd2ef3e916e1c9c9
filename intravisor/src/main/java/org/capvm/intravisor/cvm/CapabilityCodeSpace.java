package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityDispatcher;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;

/**
 * The code side of a window whose harts have capabilities: units translated from guest memory, and
 * functions of files that need none.
 */
final class CapabilityCodeSpace implements Engine.CodeSpace {
  private final CapabilityCodeMap units;
  private final Engine.CodeSpace functions;
  private final long end;

  /**
   * @param functions without capabilities; it makes the harts
   */
  CapabilityCodeSpace(Window window, CapabilityCodeMap units, Engine.CodeSpace functions) {
    this.units = units;
    this.functions = functions;
    this.end = window.size();
  }

  @Override
  public CodeMap map() {
    return functions.map();
  }

  @Override
  public void run(Hart h) {
    CapabilityDispatcher.run(h, units);
  }

  @Override
  public boolean runUntil(Hart h, long address) {
    return CapabilityDispatcher.runUntil(h, units, address);
  }

  @Override
  public void mapped(OpenFile file, long offset, long address, long length) {
    functions.mapped(file, offset, address, length);
  }

  @Override
  public void loaded(ElfImage program, long bias) {
    functions.loaded(program, bias);
  }

  @Override
  public void changed(long address, long length) {
    units.invalidate(address, address + length);
    functions.changed(address, length);
    map().interruptRunning();
  }

  @Override
  public void flushed(long start, long limit) {
    units.invalidate(start, start == 0 && limit == 0 ? end : limit);
    functions.flushed(start, limit);
    map().interruptRunning();
  }

  @Override
  public boolean faultsAreSeen() {
    return functions.faultsAreSeen();
  }

  /** Every access asks for the permissions of its page: what was checked before has to end. */
  @Override
  public void permissionsTaken() {
    map().interruptRunning();
    map().awaitInterrupts();
  }
}
