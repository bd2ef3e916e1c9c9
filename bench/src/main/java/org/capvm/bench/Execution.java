package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One finished process.
 *
 * @param output its standard output
 * @param nanoseconds from its start to its end
 * @param cpuNanoseconds processor time of the process and the children it waited for, to 10 ms
 */
record Execution(byte[] output, long nanoseconds, long cpuNanoseconds) {
  /** Fields of /proc/self/stat behind the name, as proc(5) numbers them from 3 on. */
  private static final int CHILDREN_USER = 16 - 3;

  private static final int CHILDREN_SYSTEM = 17 - 3;

  /** Linux shows processes ticks of 1/100 s on all machines. */
  private static final long NANOSECONDS_PER_TICK = 10_000_000;

  static Execution of(List<String> command, Path input) throws IOException, InterruptedException {
    return of(command, input, Map.of());
  }

  /**
   * Runs a command; its standard error is ours.
   *
   * @param input the file it reads as standard input, or null for none
   * @param environment variables it gets beside ours
   * @throws IOException when it does not start or ends with a status other than 0
   */
  static Execution of(List<String> command, Path input, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path captured = Files.createTempFile("bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile())
              .redirectOutput(captured.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(environment);
      long cpu = cpuOfChildren();
      long start = System.nanoTime();
      int status = builder.start().waitFor();
      long end = System.nanoTime();
      if (status != 0) {
        throw new IOException("status " + status + " from " + String.join(" ", command));
      }
      return new Execution(Files.readAllBytes(captured), end - start, cpuOfChildren() - cpu);
    } finally {
      Files.delete(captured);
    }
  }

  /** Processor time of all children of this process that have ended. */
  private static long cpuOfChildren() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]);
    return ticks * NANOSECONDS_PER_TICK;
  }
}
