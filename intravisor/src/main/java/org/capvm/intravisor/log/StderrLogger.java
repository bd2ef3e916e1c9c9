package org.capvm.intravisor.log;

import elf4j.Level;
import elf4j.Logger;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;

/** Writes messages of one level, when that is at or above the threshold. */
final class StderrLogger implements Logger {
  private final PrintStream out;
  private final Level threshold;
  private final Level level;

  StderrLogger(PrintStream out, Level threshold, Level level) {
    this.out = out;
    this.threshold = threshold;
    this.level = level;
  }

  @Override
  public Logger atLevel(Level other) {
    return other == level ? this : new StderrLogger(out, threshold, other);
  }

  @Override
  public Level getLevel() {
    return level;
  }

  @Override
  public boolean isEnabled() {
    return level != Level.OFF && level.compareTo(threshold) >= 0;
  }

  @Override
  public void log(Object message) {
    write(null, message, new Object[0]);
  }

  @Override
  public void log(String message, Object... arguments) {
    write(null, message, arguments);
  }

  @Override
  public void log(Throwable thrown) {
    write(thrown, thrown.getMessage(), new Object[0]);
  }

  @Override
  public void log(Throwable thrown, Object message) {
    write(thrown, message, new Object[0]);
  }

  @Override
  public void log(Throwable thrown, String message, Object... arguments) {
    write(thrown, message, arguments);
  }

  private void write(Throwable thrown, Object message, Object[] arguments) {
    if (!isEnabled()) {
      return;
    }
    StringBuilder line = new StringBuilder("cvm: ");
    line.append(level.name().toLowerCase(Locale.ROOT)).append(": ");
    format(line, String.valueOf(resolve(message)), arguments);
    synchronized (out) {
      out.println(line);
      if (thrown != null && threshold.compareTo(Level.DEBUG) <= 0) {
        thrown.printStackTrace(out);
      }
    }
  }

  /** Appends a message whose {@code {}} are replaced by the arguments in turn. */
  private static void format(StringBuilder line, String message, Object[] arguments) {
    int from = 0;
    for (Object argument : arguments) {
      int hole = message.indexOf("{}", from);
      if (hole < 0) {
        break;
      }
      line.append(message, from, hole).append(resolve(argument));
      from = hole + 2;
    }
    line.append(message, from, message.length());
  }

  private static Object resolve(Object value) {
    return value instanceof Supplier<?> supplier ? supplier.get() : value;
  }
}
