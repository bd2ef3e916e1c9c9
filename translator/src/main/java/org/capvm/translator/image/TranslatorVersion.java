package org.capvm.translator.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

  /** Adds all classes of the module, or of the place on the class path, that a class is from. */
  private static void add(Class<?> member, CRC32C sum) {
    Module module = member.getModule();
    try {
      if (module.isNamed()) {
        Optional<ResolvedModule> resolved =
            module.getLayer().configuration().findModule(module.getName());
        addModule(resolved.orElseThrow().reference(), sum);
      } else {
        addUnnamed(
            Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI()), sum);
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the classes beside " + member, e);
    }
  }

  /**
   * Adds a folder or jar of the class path, read as the module it is elsewhere. One that is no
   * module gets a version of its own in each run, so that nothing is shared by mistake.
   */
  private static void addUnnamed(Path place, CRC32C sum) throws IOException {
    Set<ModuleReference> modules = ModuleFinder.of(place).findAll();
    if (modules.size() == 1) {
      addModule(modules.iterator().next(), sum);
    } else {
      sum.update(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void addModule(ModuleReference module, CRC32C sum) throws IOException {
    try (ModuleReader reader = module.open();
        var names = reader.list()) {
      for (String name : names.filter(n -> n.endsWith(".class")).sorted().toList()) {
        try (InputStream in = reader.open(name).orElseThrow()) {
          sum.update(in.readAllBytes());
        }
      }
    }
  }
}
