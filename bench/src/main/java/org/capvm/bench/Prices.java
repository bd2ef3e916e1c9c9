package org.capvm.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What single properties of translated code cost: the warm processor time of kernels without and
 * with each. The properties themselves have no switches; where a property cannot be left out by
 * what the guest does, the translations in a private cache are changed.
 *
 * <p>Two prices are elsewhere: exact floating-point flags in {@code bench/float}, and entries in
 * the middle of functions, which have classes of their own and cost the fast code nothing.
 */
final class Prices {
  private static final int REPETITIONS = 20;

  /** Enough where a repetition may take seconds. */
  private static final int FEW_REPETITIONS = 6;

  private static final List<String> LOOPS =
      List.of("sieve", "strlen-bytes", "sha256", "bytecode", "quicksort");

  /**
   * One way to run the kernels program.
   *
   * @param handlesFaults whether it installs a handler for SIGSEGV first
   * @param cache where its translations are
   */
  private record Variant(String kernel, boolean handlesFaults, Path cache) {}

  private final Options options;
  private final String cvm;
  private final String program;
  private final Report report = new Report("prices, warm", List.of("without", "with"));

  private Prices(Options options, Path repository, Path program) {
    this.options = options;
    this.cvm = repository.resolve("cvm").toString();
    this.program = program.toString();
  }

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    KernelBuild build =
        KernelBuild.build(
            repository.resolve("bench/src/main/guest/kernels"),
            repository.resolve("bench/target/kernels"));
    Path work = Files.createTempDirectory("bench-prices");
    try {
      Prices prices = new Prices(options, repository, build.guestProgram());
      prices.measureAll(work.resolve("whole"), work.resolve("without-polls"));
      return List.of(prices.report);
    } finally {
      Folders.delete(work);
    }
  }

  private void measureAll(Path whole, Path withoutPolls) throws IOException, InterruptedException {
    Variant counter = counter("plain", whole);
    run(counter, 1); // Fills the cache.
    String translations = "capvm/translations";
    PollRemoval.copy(whole.resolve(translations), withoutPolls.resolve(translations));
    for (String kernel : Kernels.choose(options.items(), LOOPS)) {
      Variant fast = new Variant(kernel, false, whole);
      row("polls, " + kernel, new Variant(kernel, false, withoutPolls), fast);
      row("a handler for SIGSEGV, " + kernel, fast, new Variant(kernel, true, whole));
    }
    row("AMO, a counter", counter, counter("amo", whole));
    row("LR and SC, a counter", counter, counter("lr-sc", whole));
  }

  private static Variant counter(String how, Path cache) {
    return new Variant("counter-" + how, false, cache);
  }

  private void row(String name, Variant without, Variant with)
      throws IOException, InterruptedException {
    System.err.println("bench: " + name);
    int repetitions = with.handlesFaults() ? FEW_REPETITIONS : REPETITIONS;
    List<Sample> times = List.of(new Sample(), new Sample());
    List<Sample> first = List.of(new Sample(), new Sample());
    for (int round = 0; round < options.rounds(); round++) {
      String checksum = null;
      for (int i = 0; i < 2; i++) {
        KernelRun run = run(i == 0 ? without : with, repetitions);
        if (checksum != null && !checksum.equals(run.checksum())) {
          throw new IOException(name + ": the checksums differ");
        }
        checksum = run.checksum();
        times.get(i).add(run.warm());
        first.get(i).add(run.first());
      }
    }
    report.add(new Report.Row(name, false, times, first));
  }

  private KernelRun run(Variant variant, int repetitions) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(cvm, "run", program));
    command.add(variant.kernel());
    command.add(Integer.toString(repetitions));
    if (variant.handlesFaults()) {
      command.add("handler");
    }
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", variant.cache().toString());
    Execution execution = Execution.of(command, null, environment);
    return KernelRun.parse(
        new String(execution.output(), StandardCharsets.US_ASCII), options.clock());
  }
}
