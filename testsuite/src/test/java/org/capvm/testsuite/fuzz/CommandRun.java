package org.capvm.testsuite.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.capvm.intravisor.cli.Main;

/**
 * Commands of {@code cvm} in this JVM, which does nothing else: its standard output is a file,
 * where guests write, and what it logs is kept.
 */
final class CommandRun {
  /** Of a guest's output, as much as is compared. */
  private static final int MOST_OUTPUT = 1 << 16;

  private final Path output;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  /**
   * How a command ended.
   *
   * @param status its exit status
   * @param message what it said itself, on its standard error
   * @param output the start of what the guest wrote
   * @param log what else was said in this JVM: warnings, stack traces
   */
  record Result(int status, String message, String output, String log) {}

  /**
   * @param output the file that is this JVM's standard output, opened to append
   */
  CommandRun(Path output) {
    this.output = output;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  Result execute(String... arguments) {
    log.reset();
    StringWriter message = new StringWriter();
    int status =
        Main.execute(new PrintWriter(Writer.nullWriter()), new PrintWriter(message), arguments);
    return new Result(
        status, message.toString(), takeOutput(), log.toString(StandardCharsets.UTF_8));
  }

  private String takeOutput() {
    try {
      byte[] content;
      try (var stream = Files.newInputStream(output)) {
        content = stream.readNBytes(MOST_OUTPUT);
      }
      Files.newByteChannel(output, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
          .close();
      return new String(content, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
