package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interpreter loop whose frame was dropped goes on in translated code, from its middle. */
class ResumeTest {
  private static final String RESUMED = "guest.hot.LOOP_";

  @TempDir private Path cache;

  @Test
  void computedGotosAreResumed() throws Exception {
    GuestSource source =
        new GuestSource(
            GuestSource.FOLDER.resolve("dispatch.c"),
            Files.readString(GuestSource.FOLDER.resolve("dispatch.c")));
    Path program = CrossCompiler.build(source);
    TranslatedEngine engine =
        new TranslatedEngine(
            new FileTranslations(new TranslationCache(cache), FileTranslations.Progress.NONE));
    AtomicReference<CvmResult> result = new AtomicReference<>();
    Thread run =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    result.set(Cvm.run(options(program), engine));
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    int seen = 0;
    while (!run.join(Duration.ofMillis(5))) {
      if (isResumed()) {
        seen++;
      }
    }
    assertEquals(0, result.get().exitStatus());
    assertTrue(seen > 10, "seen in resumed code " + seen + " times");
  }

  private static boolean isResumed() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(frame -> frame.getClassName().startsWith(RESUMED));
  }

  private static CvmOptions options(Path program) {
    return new CvmOptions(
        program.toString(),
        List.of(),
        Map.of(),
        Optional.empty(),
        List.of(),
        1L << 30,
        "/",
        false,
        Optional.of(Duration.ofMinutes(1)));
  }
}
