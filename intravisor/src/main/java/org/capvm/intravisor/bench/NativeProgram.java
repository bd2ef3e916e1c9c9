package org.capvm.intravisor.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The native side of the benchmarks, compiled on the machine that it measures. */
final class NativeProgram {
  private static final String SOURCE = "native.c";
  private static final String HEADER = "sum.h";

  /** A defect would let both ends wait for each other. */
  private static final long LONGEST_RUN_SECONDS = 120;

  private final Path program;
  private final Processors processors;

  private NativeProgram(Path program, Processors processors) {
    this.program = program;
    this.processors = processors;
  }

  /**
   * Compiles it.
   *
   * @throws BenchmarkException when there is no compiler
   */
  static NativeProgram compile(WorkFolder folder, Processors processors)
      throws BenchmarkException, InterruptedException {
    Path source = folder.unpack(SOURCE);
    folder.unpack(HEADER);
    Path program = folder.file("native");
    List<String> command =
        List.of("gcc", "-O2", "-std=gnu11", "-o", program.toString(), source.toString());
    try {
      output(command);
    } catch (IOException e) {
      throw new BenchmarkException(
          "the native side of this benchmark is compiled when it is needed, and gcc is missing;"
              + " install the packages gcc and libc6-dev",
          e);
    }
    return new NativeProgram(program, processors);
  }

  /** {@code count} operations on {@code size} bytes. */
  Outcome run(String name, boolean roundTrip, long size, long count)
      throws BenchmarkException, InterruptedException {
    List<String> command =
        List.of(
            program.toString(),
            name,
            roundTrip ? "round_trip" : "one_way",
            String.valueOf(size),
            String.valueOf(count),
            String.valueOf(processors.first()),
            String.valueOf(processors.second()));
    try {
      String[] words = output(command).strip().split(" ");
      return new Outcome(
          Long.parseLong(words[0]),
          Long.parseUnsignedLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]));
    } catch (IOException e) {
      throw new BenchmarkException(program + " cannot be run: " + e.getMessage(), e);
    }
  }

  private static String output(List<String> command)
      throws IOException, BenchmarkException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    // What they print fits into a pipe.
    if (!process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new BenchmarkException(String.join(" ", command) + " does not end");
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new BenchmarkException(String.join(" ", command) + " failed: " + text.strip());
    }
    return text;
  }
}
