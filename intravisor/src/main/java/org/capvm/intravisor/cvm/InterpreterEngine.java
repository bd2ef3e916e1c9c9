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
  private final ObjectTypes types;

  /**
   * @param observer is told which code runs, or null
   */
  public InterpreterEngine(HotCode observer) {
    this(observer, new ObjectTypes());
  }

  /**
   * @param observer is told which code runs, or null
   * @param types shared with the engines of other cVMs
   */
  public InterpreterEngine(HotCode observer, ObjectTypes types) {
    this.observer = observer;
    this.types = types;
  }

  @Override
  public ObjectTypes objectTypes() {
    return types;
  }

  @Override
  public CodeSpace attach(Window window, TranslationBudget budget) {
    return new Space(new CodeMap(window, observer));
  }

  @Override
  public CodeSpace attachTagged(Window window, Dialect dialect, TranslationBudget budget) {
    CapabilityCodeMap units = new CapabilityCodeMap(window, CapabilityCodeMap.Translator.NONE);
    return new CapabilityCodeSpace(window, units, new Space(new CodeMap(window)));
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
