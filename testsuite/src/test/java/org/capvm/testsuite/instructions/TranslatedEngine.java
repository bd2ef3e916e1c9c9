package org.capvm.testsuite.instructions;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;

/**
 * Translates the function ahead; only what translated code leaves to the interpreter runs there.
 */
final class TranslatedEngine implements Engine {
  private final Variant variant;

  TranslatedEngine(Variant variant) {
    this.variant = variant;
  }

  @Override
  public Hart hart(Window window, Kernel kernel, long entry, int length) {
    FunctionCode function =
        Discovery.at(
                address ->
                    address >= entry && address < entry + length
                        ? Memory.loadUnsignedShort(window, address)
                        : -1,
                entry,
                entry,
                entry + length)
            .orElseThrow();
    FileTranslator translator =
        new FileTranslator(
            List.of(function), List.of(), 0, variant, TranslatedCode.PACKAGE + ".instructions");
    Map<String, byte[]> classes = new HashMap<>();
    CodeMap map = new CodeMap(window);
    TranslatedCode loader = new TranslatedCode(classes::get);
    for (int i = 0; i < translator.classes(); i++) {
      TranslatedClass translated = translator.translate(i);
      classes.put(translated.name(), translated.bytes());
      for (int k = 0; k < translated.entries().size(); k++) {
        long at = translated.entries().get(k);
        map.put(at, loader.function(map, at, translated.name(), k));
      }
    }
    return map.newHart(window, kernel);
  }
}
