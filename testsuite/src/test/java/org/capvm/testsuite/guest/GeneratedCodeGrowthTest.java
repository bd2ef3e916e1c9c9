package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.size.SuiteSize;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that makes code for ever does not fill the JVM's metaspace or code cache.
 *
 * <p>{@code -Dcapvm.growth.generations=N} makes N generations instead of 2,000, or in CI 10,000.
 */
class GeneratedCodeGrowthTest {
  private static final int GENERATIONS =
      SuiteSize.number("capvm.growth.generations", 2_000, 10_000, 50_000);

  /** The interpreter takes five times as long for one. */
  private static final int INTERPRETED_GENERATIONS = GENERATIONS / 5;

  /** Bytes that a run may leave behind; classes that stay take at least 3.6 KB each (measured). */
  private static final long MOST_GROWTH = 4 << 20;

  /** Of how many classes one may stay; those of the translator itself are among them. */
  private static final int KEPT_OF = 10;

  /** How many generations are translated depends on the machine; some must be. */
  private static final int FEWEST_TRANSLATIONS = 100;

  @TempDir private Path folder;

  private Path build() throws InterruptedException {
    Path program = folder.resolve("generations");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                program.toString(),
                "src/test/growth/generations.c"))
        .succeed();
    return program;
  }

  @Test
  void interpretedCodeIsReplaced() throws Exception {
    run(build(), new InterpreterEngine(null), INTERPRETED_GENERATIONS);
  }

  @Test
  void replacedCodeIsGivenBack() throws Exception {
    Path program = build();
    TranslatedEngine engine =
        new TranslatedEngine(
            new FileTranslations(
                new TranslationCache(folder.resolve("cache")), FileTranslations.Progress.NONE));
    run(program, engine, 200);
    long before = used();
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    int kept = classes.getLoadedClassCount();
    long loaded = classes.getTotalLoadedClassCount();
    run(program, engine, GENERATIONS);
    long growth = used() - before;
    kept = classes.getLoadedClassCount() - kept;
    loaded = classes.getTotalLoadedClassCount() - loaded;
    String figures = "%d bytes, %d of %d classes kept".formatted(growth, kept, loaded);
    System.out.println(figures);
    assertTrue(loaded >= FEWEST_TRANSLATIONS, "hardly translated: " + figures);
    assertTrue(growth < MOST_GROWTH && kept * KEPT_OF < loaded, figures);
  }

  /** Metaspace and code cache after a collection, in bytes. */
  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().matches("Metaspace|Compressed Class Space|Code.*"))
        .map(MemoryPoolMXBean::getUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  private static void run(Path program, Engine engine, int generations) throws Exception {
    CvmOptions options =
        CvmOptions.of(program.toString())
            .withArguments(List.of(Integer.toString(generations)))
            .withMemory(1L << 30)
            .withTimeLimit(Duration.ofMinutes(10));
    assertEquals(0, Kernels.create(options, engine).run().exitStatus());
  }
}
