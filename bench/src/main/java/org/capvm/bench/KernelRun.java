package org.capvm.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one process of the kernels program reported.
 *
 * @param checksum of the kernel's result
 * @param first nanoseconds of the first repetition: cold code
 * @param warm the least nanoseconds among the last half of the repetitions
 */
record KernelRun(String checksum, long first, long warm) {
  static KernelRun of(Subject subject, KernelBuild build, String kernel, Clock clock)
      throws IOException, InterruptedException {
    return of(subject, build, kernel, clock, Map.of());
  }

  /**
   * @param environment variables that the process gets besides
   */
  static KernelRun of(
      Subject subject,
      KernelBuild build,
      String kernel,
      Clock clock,
      Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> arguments = List.of(kernel, Integer.toString(subject.repetitions()));
    List<String> command = subject.command(build.programFor(subject), arguments);
    Execution execution = Execution.of(command, null, environment);
    return parse(new String(execution.output(), StandardCharsets.US_ASCII), clock);
  }

  static KernelRun parse(String output, Clock clock) throws IOException {
    String checksum = null;
    List<Long> times = new ArrayList<>();
    for (String line : output.split("\n")) {
      String[] words = line.split(" ");
      int time = clock == Clock.WALL ? 1 : 2;
      if (words.length > time && words[0].equals("repetition")) {
        times.add(Long.parseLong(words[time]));
      } else if (words.length == 2 && words[0].equals("checksum")) {
        checksum = words[1];
      }
    }
    if (checksum == null || times.isEmpty()) {
      throw new IOException("not the output of the kernels program: " + output);
    }
    long warm = times.subList(times.size() / 2, times.size()).stream().min(Long::compare).get();
    return new KernelRun(checksum, times.getFirst(), warm);
  }

  /** Which of the two clocks of a repetition counts. */
  enum Clock {
    /** Time on the wall, compilers and collectors that compete for the processors included. */
    WALL,
    /** Processor time of the guest's thread: steady on a machine that does other things too. */
    CPU
  }
}
