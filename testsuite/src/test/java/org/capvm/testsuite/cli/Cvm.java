package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;

/** Runs {@code ./cvm} with a cache of its own. */
final class Cvm {
  static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  /** A program that prints "hello" three times. */
  static final Path HELLO = REPOSITORY.resolve("intravisor/src/main/training/hello");

  private final Path cache;

  Cvm(Path cache) {
    this.cache = cache;
  }

  Command command(Object... words) {
    List<String> all = new ArrayList<>();
    all.add("env");
    all.add("XDG_CACHE_HOME=" + cache);
    all.add(REPOSITORY.resolve("cvm").toString());
    for (Object word : words) {
      all.add(word.toString());
    }
    return new Command(all);
  }

  /** Runs what must fail: one line on standard error that names the thing, and no stack trace. */
  void fails(int status, String message, Object... words) throws InterruptedException {
    Outcome outcome = command(words).run();
    String errors = outcome.errorText();
    assertEquals(status, outcome.status(), errors);
    assertEquals("", outcome.outputText());
    assertTrue(errors.contains(message), errors);
    assertEquals(1, errors.lines().count(), errors);
    assertFalse(errors.contains("Exception"), errors);
  }
}
