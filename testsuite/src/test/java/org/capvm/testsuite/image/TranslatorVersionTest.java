package org.capvm.testsuite.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.capvm.runtime.hart.Hart;
import org.capvm.translator.image.TranslatorVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Translations are tied to every class of the translator and the runtime. */
class TranslatorVersionTest {
  @TempDir Path folder;

  @Test
  void classPathsHaveTheVersionOfTheirContent() throws Exception {
    Path translator = copy(TranslatorVersion.class, "translator");
    Path runtime = copy(Hart.class, "runtime");
    String version = version(translator, runtime);
    assertEquals(TranslatorVersion.get(), version);
    append(translator.resolve("org/capvm/translator/emit/BodyEmitter.class"));
    String changedTranslator = version(translator, runtime);
    assertNotEquals(version, changedTranslator);
    append(runtime.resolve("org/capvm/runtime/memory/Memory.class"));
    assertNotEquals(changedTranslator, version(translator, runtime));
  }

  @Test
  void classesThatAreNoModuleShareNothing() throws Exception {
    Path translator = copy(TranslatorVersion.class, "translator");
    Path runtime = copy(Hart.class, "runtime");
    Files.delete(translator.resolve("module-info.class"));
    assertNotEquals(version(translator, runtime), version(translator, runtime));
  }

  /** Copies the module that a class is from. */
  private Path copy(Class<?> member, String name) throws Exception {
    Path place = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path target = folder.resolve(name);
    try (ModuleReader reader = ModuleFinder.of(place).findAll().iterator().next().open();
        var names = reader.list()) {
      for (String resource : names.filter(n -> !n.endsWith("/")).toList()) {
        Path file = target.resolve(resource);
        Files.createDirectories(file.getParent());
        try (InputStream in = reader.open(resource).orElseThrow()) {
          Files.copy(in, file);
        }
      }
    }
    return target;
  }

  private static void append(Path file) throws IOException {
    Files.write(file, new byte[1], StandardOpenOption.APPEND);
  }

  private static String version(Path... places) throws Exception {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < places.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Class<?> copy = loader.loadClass(TranslatorVersion.class.getName());
      return (String) copy.getMethod("get").invoke(null);
    }
  }
}
