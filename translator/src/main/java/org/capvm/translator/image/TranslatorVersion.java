package org.capvm.translator.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.capvm.runtime.hart.Hart;

/**
 * Identifies this build of translator and runtime: their classes' content. Generated code is tied
 * to both, so that a new build never runs an old one's translations.
 */
public final class TranslatorVersion {
  private static final String VERSION = compute();

  private TranslatorVersion() {}

  /** Eight hexadecimal digits. */
  public static String get() {
    return VERSION;
  }

  private static String compute() {
    CRC32C sum = new CRC32C();
    add(TranslatorVersion.class, sum);
    add(Hart.class, sum);
    return "%08x".formatted(sum.getValue());
  }

  private static void add(Class<?> member, CRC32C sum) {
    Module module = member.getModule();
    try {
      if (module.isNamed()) {
        Optional<ResolvedModule> resolved =
            module.getLayer().configuration().findModule(module.getName());
        try (ModuleReader reader = resolved.orElseThrow().reference().open();
            var names = reader.list()) {
          List<String> classes = names.filter(n -> n.endsWith(".class")).sorted().toList();
          for (String name : classes) {
            try (InputStream in = reader.open(name).orElseThrow()) {
              sum.update(in.readAllBytes());
            }
          }
        }
      } else {
        String name = member.getName().replace('.', '/') + ".class";
        try (InputStream in = member.getClassLoader().getResourceAsStream(name)) {
          sum.update(in.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the classes of " + module, e);
    }
  }
}
