package org.capvm.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The self-written kernels, warm. */
final class Kernels {
  /** Measured for the splitting of oversized functions, and not part of the mean. */
  static final String BIG_SWITCH = "big-switch";

  private Kernels() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    KernelBuild build =
        KernelBuild.build(
            repository.resolve("bench/src/main/guest/kernels"),
            repository.resolve("bench/target/kernels"));
    List<Subject> subjects =
        Bench.subjects(
            options, List.of(Subject.nativeCode(), Subject.qemu(), Subject.capvm(repository)));
    Report report =
        new Report(
            "kernels, warm, " + options.clock().name().toLowerCase(java.util.Locale.ROOT) + " time",
            subjects.stream().map(Subject::name).toList());
    for (String kernel : choose(options.items(), names(build))) {
      System.err.println("bench: " + kernel);
      Map<Subject, Sample> warm = new LinkedHashMap<>();
      Map<Subject, Sample> cold = new LinkedHashMap<>();
      String checksum = null;
      for (int round = 0; round < options.rounds(); round++) {
        for (Subject subject : subjects) {
          KernelRun run = KernelRun.of(subject, build, kernel, options.clock());
          if (checksum != null && !checksum.equals(run.checksum())) {
            throw new IOException(
                "%s under %s computed %s, others %s"
                    .formatted(kernel, subject.name(), run.checksum(), checksum));
          }
          checksum = run.checksum();
          warm.computeIfAbsent(subject, s -> new Sample()).add(run.warm());
          cold.computeIfAbsent(subject, s -> new Sample()).add(run.first());
        }
      }
      report.add(
          new Report.Row(
              kernel,
              !kernel.equals(BIG_SWITCH),
              List.copyOf(warm.values()),
              List.copyOf(cold.values())));
    }
    return List.of(report);
  }

  static List<String> names(KernelBuild build) throws IOException, InterruptedException {
    byte[] output = Execution.of(List.of(build.nativeProgram().toString()), null).output();
    return List.of(new String(output, StandardCharsets.US_ASCII).split("\n"));
  }

  static List<String> choose(List<String> wanted, List<String> all) {
    for (String name : wanted) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException("no " + name + "; there are " + String.join(", ", all));
      }
    }
    return wanted.isEmpty() ? all : wanted;
  }
}
