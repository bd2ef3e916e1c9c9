package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Translations are kept, found again, and never seen half-written. */
class CacheTest {
  private static final String GREETINGS = "hello\nhello\nhello\n";

  @TempDir Path folder;
  private Cvm cvm;

  @BeforeEach
  void prepare() {
    cvm = new Cvm(folder.resolve("cache"));
  }

  /** What a static program leaves in the cache: its own translation and that of the vDSO. */
  private static final int TRANSLATIONS = 2;

  /** All files of the cache, complete or not. */
  private List<Path> files() throws IOException {
    Path cache = folder.resolve("cache");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void runFillsTheCacheAndCacheCleansIt() throws Exception {
    assertEquals(GREETINGS, cvm.command("run", Cvm.HELLO).succeed().outputText());
    assertEquals(TRANSLATIONS, files().size());
    String shown = cvm.command("cache").succeed().outputText();
    assertTrue(shown.contains("in " + TRANSLATIONS + " translations"), shown);
    cvm.command("cache", "clean").succeed();
    assertEquals(TRANSLATIONS, files().size(), "the translation is of this version");
    cvm.command("cache", "clean-all").succeed();
    assertEquals(List.of(), files());
  }

  @Test
  void aTranslationThatWasCutShortIsMadeAgain() throws Exception {
    cvm.command("run", Cvm.HELLO).succeed();
    Path kept = files().getFirst();
    long size = Files.size(kept);
    try (FileChannel channel = FileChannel.open(kept, StandardOpenOption.WRITE)) {
      channel.truncate(size / 2);
    }
    Outcome outcome = cvm.command("run", Cvm.HELLO).succeed();
    assertEquals(GREETINGS, outcome.outputText());
    assertEquals("", outcome.errorText());
    assertEquals(size, Files.size(kept));
  }

  @Test
  void twoTranslationsAtOnceDoNotDisturbEachOther() throws Exception {
    Callable<Outcome> run = () -> cvm.command("run", Cvm.HELLO).succeed();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (Future<Outcome> outcome : pool.invokeAll(List.of(run, run))) {
        assertEquals(GREETINGS, outcome.get().outputText());
      }
    }
    assertEquals(TRANSLATIONS, files().size());
  }

  @Test
  void aFullDiskCostsOnlyTheCache() throws Exception {
    Outcome outcome = limited("run", Cvm.HELLO).succeed();
    assertEquals(GREETINGS, outcome.outputText());
    assertEquals(TRANSLATIONS, outcome.errorText().lines().count(), outcome.errorText());
    assertTrue(
        outcome.errorText().lines().allMatch(line -> line.contains("cannot be kept")),
        outcome.errorText());
    assertEquals(List.of(), files());
  }

  @Test
  void aFullDiskFailsTranslate() throws Exception {
    Path image = folder.resolve("image");
    Outcome outcome = limited("translate", Cvm.HELLO, "-o", image).run();
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.errorText().lines().count(), outcome.errorText());
    assertEquals(List.of(), files());
    assertTrue(Files.notExists(image));
  }

  /** Files of more than one block cannot be written, as on a disk that is full. */
  private Command limited(Object... words) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"));
    all.addAll(cvm.command(words).words());
    return new Command(all);
  }

  @Test
  void imagesRunWithoutTheCache() throws Exception {
    Path image = folder.resolve("image");
    cvm.command("translate", Cvm.HELLO, "-o", image).succeed();
    Cvm elsewhere = new Cvm(folder.resolve("elsewhere"));
    assertEquals(GREETINGS, elsewhere.command("run", image).succeed().outputText());
    assertTrue(Files.notExists(folder.resolve("elsewhere/capvm/translations")));
  }
}
