package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole runs of a program of a few instructions, so that nothing but start-up is measured. */
final class StartUp {
  private StartUp() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    List<Subject> subjects =
        Bench.subjects(options, List.of(Subject.qemu(), Subject.capvm(repository)));
    Path program = repository.resolve("intravisor/src/main/training/hello");
    List<String> names = subjects.stream().map(Subject::name).toList();
    byte[] expected = null;
    for (Subject subject : subjects) {
      byte[] output = Execution.of(subject.command(program, List.of()), null).output();
      if (expected != null && !Arrays.equals(expected, output)) {
        throw new IOException("hello: the outputs differ");
      }
      expected = output;
    }
    Map<Subject, Sample> wall = new LinkedHashMap<>();
    Map<Subject, Sample> cpu = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (Subject subject : subjects) {
        Execution run = Execution.of(subject.command(program, List.of()), null);
        wall.computeIfAbsent(subject, s -> new Sample()).add(run.nanoseconds());
        cpu.computeIfAbsent(subject, s -> new Sample()).add(run.cpuNanoseconds());
      }
    }
    Report report = new Report("start-up, whole runs of hello", names);
    report.add(new Report.Row("wall time", false, List.copyOf(wall.values()), List.of()));
    report.add(new Report.Row("processor time", false, List.copyOf(cpu.values()), List.of()));
    return List.of(report);
  }
}
