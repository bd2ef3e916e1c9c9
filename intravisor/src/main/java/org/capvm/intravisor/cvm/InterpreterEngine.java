package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.memory.Window;

/** Interprets everything. */
public final class InterpreterEngine implements Engine {
  private final HotCode observer;

  /**
   * @param observer is told which code runs, or null
   */
  public InterpreterEngine(HotCode observer) {
    this.observer = observer;
  }

  @Override
  public CodeSpace attach(Window window) {
    return new Space(new CodeMap(window, observer));
  }

  @Override
  public CapabilityCodeMap attachTagged(Window window, Dialect dialect) {
    return new CapabilityCodeMap(window, CapabilityCodeMap.Translator.NONE);
  }

  private record Space(CodeMap map) implements CodeSpace {
    @Override
    public void mapped(OpenFile file, long offset, long address, long length) {}

    @Override
    public void permissionsTaken() {
      map.interruptRunning();
      map.awaitInterrupts();
    }
  }
}
