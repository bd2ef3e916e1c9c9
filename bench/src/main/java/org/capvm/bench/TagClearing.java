package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What stores cost that clear the tags of what they overwrite: the kernels, translated so, against
 * the ordinary translation. No page of theirs holds a tag, as most pages of programs with
 * capabilities; what is priced is finding that out.
 */
final class TagClearing {
  /** The last half of them is warm; with 20, 15 pairs of all kernels take half an hour. */
  private static final int REPETITIONS = 10;

  private static final List<String> SUBJECTS = List.of("ordinary", "clearing");

  /** One pair of processes, in nanoseconds. */
  private record Pair(long ordinary, long clearing) {
    double ratio() {
      return (double) clearing / ordinary;
    }
  }

  private TagClearing() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    KernelBuild build =
        KernelBuild.build(
            repository.resolve("bench/src/main/guest/kernels"),
            repository.resolve("bench/target/kernels"));
    List<String> all = new ArrayList<>(Kernels.names(build));
    all.remove(Kernels.BIG_SWITCH);
    Subject whole = Subject.capvm(repository);
    Subject capvm = new Subject(whole.name(), whole.launcher(), true, REPETITIONS);
    Map<String, List<Pair>> pairs = new LinkedHashMap<>();
    if (options.samples() != null && Files.exists(options.samples())) {
      for (String line : Files.readAllLines(options.samples())) {
        String[] words = line.split(" ");
        Pair pair = new Pair(Long.parseLong(words[1]), Long.parseLong(words[2]));
        pairs.computeIfAbsent(words[0], k -> new ArrayList<>()).add(pair);
      }
    }
    for (String kernel : Kernels.choose(options.items(), all)) {
      System.err.println("bench: " + kernel);
      for (int round = 0; round < options.rounds(); round++) {
        KernelRun ordinary = KernelRun.of(capvm, build, kernel, options.clock());
        KernelRun clearing =
            KernelRun.of(capvm, build, kernel, options.clock(), Map.of("CAPVM_CLEAR_TAGS", "1"));
        if (!ordinary.checksum().equals(clearing.checksum())) {
          throw new IOException(kernel + ": the checksums differ");
        }
        Pair pair = new Pair(ordinary.warm(), clearing.warm());
        pairs.computeIfAbsent(kernel, k -> new ArrayList<>()).add(pair);
        if (options.samples() != null) {
          Files.writeString(
              options.samples(),
              "%s %d %d%n".formatted(kernel, pair.ordinary(), pair.clearing()),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        }
      }
    }
    return List.of(report(pairs));
  }

  private static Report report(Map<String, List<Pair>> pairs) {
    Report report = new Report("stores that clear tags, warm", SUBJECTS);
    pairs.forEach(
        (kernel, measured) -> {
          List<Sample> times = List.of(new Sample(), new Sample());
          measured.forEach(pair -> times.get(0).add(pair.ordinary()));
          measured.forEach(pair -> times.get(1).add(pair.clearing()));
          report.add(new Report.Row(kernel, true, times, List.of()));
        });
    report.note(interval(pairs));
    return report;
  }

  /** The geometric mean over the kernels of a pair's ratios, pair by pair, and where it lies. */
  private static String interval(Map<String, List<Pair>> pairs) {
    int count = pairs.values().stream().mapToInt(List::size).min().orElseThrow();
    double[] logs = new double[count];
    for (int n = 0; n < count; n++) {
      int pair = n;
      logs[n] =
          pairs.values().stream()
              .mapToDouble(measured -> Math.log(measured.get(pair).ratio()))
              .average()
              .orElseThrow();
    }
    double mean = Arrays.stream(logs).average().orElseThrow();
    double squares = Arrays.stream(logs).map(x -> (x - mean) * (x - mean)).sum();
    double error = count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1) / count);
    double half = student(count - 1) * error;
    return String.format(
        Locale.ROOT,
        "geometric mean of %d kernels in %d pairs: %.3f, 95 %% interval %.3f to %.3f",
        pairs.size(),
        count,
        Math.exp(mean),
        Math.exp(mean - half),
        Math.exp(mean + half));
  }

  /**
   * The 97.5 % quantile of Student's distribution: Cornish-Fisher expansion, right to 1 % from 4
   * degrees of freedom on (Abramowitz and Stegun, 26.7.5).
   */
  private static double student(int degrees) {
    double z = 1.959964;
    double z3 = z * z * z;
    double z5 = z3 * z * z;
    return z + (z3 + z) / (4.0 * degrees) + (5 * z5 + 16 * z3 + 3 * z) / (96.0 * degrees * degrees);
  }
}
