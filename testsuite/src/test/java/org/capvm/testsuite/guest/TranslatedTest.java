package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to run in translated code is seen there. */
@Tag("slow")
class TranslatedTest {
  private static final Pattern RESUMED = Pattern.compile("guest\\.hot\\.LOOP_.*");
  private static final Pattern PRECISE = Pattern.compile("guest\\.x.*_precise\\..*");

  @TempDir private Path cache;

  /** An interpreter loop whose frame was dropped goes on in translated code, from its middle. */
  @Test
  void computedGotosAreResumed() throws Exception {
    assertSeen("dispatch.c", RESUMED);
  }

  /** A process that handles its faults runs in the variant that makes them exact. */
  @Test
  void handlersOfFaultsDoNotEndTranslation() throws Exception {
    assertSeen("fault-null-check.c", PRECISE);
  }

  private void assertSeen(String name, Pattern translated) throws Exception {
    GuestSource source =
        new GuestSource(
            GuestSource.FOLDER.resolve(name), Files.readString(GuestSource.FOLDER.resolve(name)));
    Path program = CrossCompiler.build(source);
    TranslatedEngine engine =
        new TranslatedEngine(
            new FileTranslations(new TranslationCache(cache), FileTranslations.Progress.NONE));
    // The first run may end before its translation does; the next ones find it in the cache.
    int seen = samples(program, engine, translated);
    for (int again = 0; seen <= 10 && again < 20; again++) {
      seen += samples(program, engine, translated);
    }
    assertTrue(seen > 10, "seen in translated code " + seen + " times");
  }

  /** Runs the program, and counts how often a look at its stack finds such code there. */
  private static int samples(Path program, TranslatedEngine engine, Pattern translated)
      throws InterruptedException {
    AtomicReference<CvmResult> result = new AtomicReference<>();
    Thread run =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    result.set(Kernels.create(options(program), engine).run());
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    int seen = 0;
    while (!run.join(Duration.ofMillis(5))) {
      if (runs(translated)) {
        seen++;
      }
    }
    assertEquals(0, result.get().exitStatus());
    return seen;
  }

  private static boolean runs(Pattern translated) {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(frame -> translated.matcher(frame.getClassName()).matches());
  }

  private static CvmOptions options(Path program) {
    return CvmOptions.of(program.toString())
        .withMemory(1L << 30)
        .withTimeLimit(Duration.ofMinutes(1));
  }
}
