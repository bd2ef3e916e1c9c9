package org.capvm.intravisor.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import elf4j.Level;
import elf4j.Logger;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StderrLoggerTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private Logger logger(Level threshold) {
    return new StderrLogger(new PrintStream(written, true), threshold, Level.INFO);
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void placeholdersTakeTheArgumentsInTurn() {
    logger(Level.WARN).atWarn().log("{} of {} pages", 3, "four");
    assertEquals("cvm: warn: 3 of four pages\n", written());
  }

  @Test
  void suppliersAreAskedOnlyWhenTheMessageIsShown() {
    logger(Level.WARN)
        .debug(
            () -> {
              throw new AssertionError("asked");
            });
    logger(Level.DEBUG).debug(() -> "seen");
    assertEquals("cvm: debug: seen\n", written());
  }

  @Test
  void stackTracesAreForDebuggingOnly() {
    logger(Level.WARN).error(new IllegalStateException("inside"), "failed");
    assertEquals("cvm: error: failed\n", written());
  }

  @Test
  void offSilencesErrorsToo() {
    assertFalse(logger(Level.OFF).isErrorEnabled());
    assertTrue(logger(Level.ERROR).isErrorEnabled());
  }

  @Test
  void warningsAreShownUnlessTheEnvironmentSaysOtherwise() {
    assertTrue(new StderrLoggerFactory(null).getLogger().isWarnEnabled());
    assertFalse(new StderrLoggerFactory("nonsense").getLogger().isInfoEnabled());
    assertTrue(new StderrLoggerFactory("debug").getLogger().isDebugEnabled());
  }
}
