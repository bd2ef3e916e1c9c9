package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The benchmarks' command line; {@code bench/run} starts it. */
final class Bench {
  private static final String USAGE =
      """
      usage: bench/run kernels   [OPTIONS] [KERNEL...]
             bench/run programs  [OPTIONS] --root DIR [PROGRAM...]
             bench/run start     [OPTIONS]
             bench/run translate [OPTIONS] --root DIR [PROGRAM...]
             bench/run prices    [OPTIONS] [KERNEL...]
             bench/run capabilities [OPTIONS] [KERNEL...]
             bench/run tags      [OPTIONS] [KERNEL...]
             bench/run jmh       [JMH OPTIONS] [BENCHMARK...]

      kernels    warm times of the self-written kernels, compiled by gcc -O2 for both machines
      programs   whole runs of Debian programs, start-up and warm-up included
      start      whole runs of a program that prints a line
      translate  times of translating programs and their libraries with an empty cache
      prices     what single properties of translated code cost on kernels
      capabilities  warm times of kernels in pure-capability form against their hybrid form, by
                 the wall clock: bare programs have no other
      tags       what stores that clear tags cost on the kernels; --rounds are pairs of processes
      jmh        micro-benchmarks of the runtime

        --root DIR         the riscv64 Debian folder
        --rounds N         processes of each subject, interleaved (default 5; tags 15)
        --subjects LIST    of native,qemu,capvm (default all that the benchmark has)
        --clock wall|cpu   which clock times a kernel (default cpu: time of the guest's thread)
        --samples FILE     keep the measurements of tags in a file, and count what it has already
        --json FILE        also write the results as JSON
      """;

  private Bench() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      Options options = Options.parse(arguments);
      List<Report> reports =
          switch (options.benchmark()) {
            case "kernels" -> Kernels.measure(options, repository());
            case "programs" -> Programs.measure(options, repository());
            case "start" -> StartUp.measure(options, repository());
            case "translate" -> Translations.measure(options, repository());
            case "capabilities" -> CapabilityKernels.measure(options, repository());
            case "tags" -> TagClearing.measure(options, repository());
            case "prices" -> Prices.measure(options, repository());
            default -> throw new IllegalArgumentException("no benchmark " + options.benchmark());
          };
      for (Report report : reports) {
        System.out.print(report.text());
      }
      if (options.json() != null) {
        Files.writeString(options.json(), Report.json(reports));
      }
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.err.print(USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(1);
    }
  }

  /** The folder of the repository, which {@code bench/run} passes as a system property. */
  private static Path repository() {
    return Path.of(System.getProperty("capvm.repository", "."));
  }

  static List<Subject> subjects(Options options, List<Subject> all) {
    if (options.subjects().isEmpty()) {
      return all;
    }
    List<String> names = all.stream().map(Subject::name).toList();
    for (String name : options.subjects()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("no subject " + name);
      }
    }
    return all.stream().filter(s -> options.subjects().contains(s.name())).toList();
  }
}
