package org.capvm.intravisor.log;

import elf4j.Level;
import elf4j.Logger;
import elf4j.spi.LoggerFactory;
import java.util.Locale;

/**
 * The logging provider of the command line: one line a message on standard error, warnings and
 * errors unless {@code CAPVM_LOG} (trace, debug, info, warn, error, off) says otherwise.
 */
public final class StderrLoggerFactory implements LoggerFactory {
  private final Level threshold;

  /** Called by the service loader. */
  public StderrLoggerFactory() {
    this(System.getenv("CAPVM_LOG"));
  }

  StderrLoggerFactory(String threshold) {
    this.threshold = parse(threshold);
  }

  private static Level parse(String name) {
    if (name != null) {
      for (Level level : Level.values()) {
        if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
          return level;
        }
      }
    }
    return Level.WARN;
  }

  @Override
  public Logger getLogger() {
    return new StderrLogger(System.err, threshold, Level.INFO);
  }
}
