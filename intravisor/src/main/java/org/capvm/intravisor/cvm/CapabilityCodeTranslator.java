package org.capvm.intravisor.cvm;

import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.event.TranslationEvent;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityCodeMap.Unit;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.CodeBytes;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;

/** Translates code with capabilities as it lies in guest memory. */
final class CapabilityCodeTranslator implements CapabilityCodeMap.Translator {
  private final Window window;
  private final Dialect dialect;
  private final TranslationBudget budget;
  private int classes;

  CapabilityCodeTranslator(Window window, Dialect dialect, TranslationBudget budget) {
    this.budget = budget;
    this.window = window;
    this.dialect = dialect;
  }

  @Override
  public Optional<Unit> translate(long entry, boolean capabilityMode) {
    if (!budget.isLeft()) {
      return Optional.empty();
    }
    long start = Clocks.currentThreadTime();
    try {
      TranslationEvent event = TranslationEvent.ifRecorded();
      Optional<Unit> made = make(entry, capabilityMode);
      if (event != null && made.isPresent()) {
        event.end(entry, 1);
      }
      return made;
    } finally {
      budget.spend(0, Clocks.currentThreadTime() - start);
    }
  }

  private Optional<Unit> make(long entry, boolean capabilityMode) {
    CodeBytes bytes =
        address ->
            (window.pages().permissions(address) & PageTable.EXECUTE) == 0
                ? -1
                : Memory.loadUnsignedShort(window, address);
    return CapabilityTranslator.find(bytes, entry, capabilityMode, dialect).map(this::translate);
  }

  private Unit translate(ReachableCode code) {
    String name = TranslatedCode.PACKAGE + ".capabilities.Unit" + classes++;
    TranslatedClass made = CapabilityTranslator.translate(List.of(code), dialect, name);
    budget.spend(made.bytes().length, 0);
    TranslatedCode loader = new TranslatedCode(n -> n.equals(name) ? made.bytes() : null);
    return new Unit(loader.resumePoint(name, 0), code.start(), code.limit());
  }
}
