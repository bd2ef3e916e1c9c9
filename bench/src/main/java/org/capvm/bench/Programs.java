package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Whole runs of unmodified Debian programs, each about five seconds under qemu: start-up and JIT
 * warm-up count. A first run, not counted, translates what is not in the cache yet, and its output
 * is compared before any time is taken.
 */
final class Programs {
  private static final int TEXT_BYTES = 48 << 20;

  /**
   * A workload that reads its script or data from standard input, so that it needs no file.
   *
   * @param name of the workload
   * @param program its path inside the root
   * @param arguments of the program
   * @param input a file beside the sources, or null for generated text
   */
  private record Workload(String name, String program, List<String> arguments, String input) {}

  private static final List<Workload> WORKLOADS =
      List.of(
          new Workload("lua", "/usr/bin/lua5.4", List.of("-"), "objects.lua"),
          new Workload("sqlite", "/usr/bin/sqlite3", List.of(":memory:"), "orders.sql"),
          new Workload("python", "/usr/bin/python3.13", List.of("-"), "words.py"),
          new Workload("gzip", "/usr/bin/gzip", List.of("-c"), null));

  private Programs() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    if (options.root() == null) {
      throw new IllegalArgumentException("programs needs --root DIR");
    }
    String root = options.root().toAbsolutePath().toString();
    Subject qemu = new Subject("qemu", List.of("qemu-riscv64", "-L", root), true, 1);
    Subject capvm = Subject.capvm(repository, root);
    List<Subject> subjects = Bench.subjects(options, List.of(qemu, capvm));
    Path folder = repository.resolve("bench/src/main/guest/programs");
    Path text = generatedText(repository.resolve("bench/target/text"));
    List<String> names = subjects.stream().map(Subject::name).toList();
    Report wall = new Report("programs, whole runs, wall time", names);
    Report cpu = new Report("programs, whole runs, processor time of all threads", names);
    List<String> chosen =
        Kernels.choose(options.items(), WORKLOADS.stream().map(Workload::name).toList());
    for (Workload workload : WORKLOADS) {
      if (!chosen.contains(workload.name())) {
        continue;
      }
      System.err.println("bench: " + workload.name());
      Path input = workload.input() == null ? text : folder.resolve(workload.input());
      byte[] expected = null;
      for (Subject subject : subjects) {
        expected = run(workload, subject, subject == qemu ? root : "", input, expected).output();
      }
      Map<Subject, Sample> times = new LinkedHashMap<>();
      Map<Subject, Sample> cpuTimes = new LinkedHashMap<>();
      for (int round = 0; round < options.rounds(); round++) {
        for (Subject subject : subjects) {
          Execution run = run(workload, subject, subject == qemu ? root : "", input, expected);
          times.computeIfAbsent(subject, s -> new Sample()).add(run.nanoseconds());
          cpuTimes.computeIfAbsent(subject, s -> new Sample()).add(run.cpuNanoseconds());
        }
      }
      wall.add(new Report.Row(workload.name(), true, List.copyOf(times.values()), List.of()));
      cpu.add(new Report.Row(workload.name(), true, List.copyOf(cpuTimes.values()), List.of()));
    }
    return List.of(wall, cpu);
  }

  /**
   * Runs a workload once.
   *
   * @param folder what the subject wants before the program's path inside the root
   * @param expected the output, or null when it is not known yet
   */
  private static Execution run(
      Workload workload, Subject subject, String folder, Path input, byte[] expected)
      throws IOException, InterruptedException {
    Path program = Path.of(folder + workload.program());
    Execution run = Execution.of(subject.command(program, workload.arguments()), input);
    if (expected != null && !Arrays.equals(expected, run.output())) {
      throw new IOException(workload.name() + ": the outputs differ");
    }
    return run;
  }

  /** Words of a made-up language with a skewed distribution: it compresses like prose. */
  private static Path generatedText(Path file) throws IOException {
    if (Files.exists(file)) {
      return file;
    }
    Random random = new Random(2026);
    String[] words = new String[4000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(9); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    StringBuilder text = new StringBuilder(TEXT_BYTES + 16);
    while (text.length() < TEXT_BYTES) {
      double skew = random.nextDouble();
      text.append(words[(int) (skew * skew * skew * words.length)]);
      text.append(random.nextInt(12) == 0 ? '\n' : ' ');
    }
    text.setLength(TEXT_BYTES);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
