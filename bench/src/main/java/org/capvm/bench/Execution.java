package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One finished process.
 *
 * @param output its standard output
 * @param nanoseconds from its start to its end
 */
record Execution(byte[] output, long nanoseconds) {
  /**
   * Runs a command; its standard error is ours.
   *
   * @param input the file it reads as standard input, or null for none
   * @throws IOException when it does not start or ends with a status other than 0
   */
  static Execution of(List<String> command, Path input) throws IOException, InterruptedException {
    Path captured = Files.createTempFile("bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile())
              .redirectOutput(captured.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      long start = System.nanoTime();
      int status = builder.start().waitFor();
      long end = System.nanoTime();
      if (status != 0) {
        throw new IOException("status " + status + " from " + String.join(" ", command));
      }
      return new Execution(Files.readAllBytes(captured), end - start);
    } finally {
      Files.delete(captured);
    }
  }
}
