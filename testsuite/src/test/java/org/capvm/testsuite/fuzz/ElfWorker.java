package org.capvm.testsuite.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.capvm.testsuite.fuzz.ElfJudge.Way;

/** The process that tries damaged files one after the other. */
final class ElfWorker {
  /** Exit status when something was wrong. */
  static final int FAILED = 3;

  private static final int SHRINKING_TRIES = 200;
  private static final int MOST_FAILURES = 30;

  private final Path folder;
  private final ElfJudge judge;
  private final Watchdog watchdog;
  private final Seeds seeds;
  private final List<String> failures = new ArrayList<>();
  private final Set<String> kinds = new HashSet<>();

  private ElfWorker(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    seeds = Seeds.make(folder.resolve("seeds"));
    judge = new ElfJudge(folder, new CommandRun(folder.resolve("output")));
    watchdog = new Watchdog(text -> write("hang", text));
  }

  /**
   * Arguments: a folder; then {@code --from}, the first number and how many; or files to do
   * everything with. What failed is left in the folder: {@code report}, and {@code NAME.elf} for
   * each.
   */
  public static void main(String[] arguments) throws Exception {
    ElfWorker worker = new ElfWorker(Path.of(arguments[0]));
    worker.warmUp();
    if (arguments.length > 1 && arguments[1].equals("--from")) {
      worker.run(Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
    } else {
      for (String file : List.of(arguments).subList(1, arguments.length)) {
        worker.replay(Path.of(file));
      }
    }
    worker.write("report", String.join("\n", worker.failures) + "\n" + worker.judge.summary());
    Runtime.getRuntime().halt(worker.failures.isEmpty() ? 0 : FAILED);
  }

  /** Good files are good; what they need is translated now. */
  private void warmUp() {
    for (Seed seed : seeds.all()) {
      if (seed.weight() > 1) {
        for (Way way : Way.values()) {
          check(seed.name(), seed, way, seed.content(), true);
        }
      }
    }
  }

  private void run(long first, long count) {
    for (long number = first; number < first + count; number++) {
      ElfCase tried = ElfCase.make(seeds, number);
      write("case", Long.toString(number));
      check(tried.name(), tried.seed(), tried.way(), tried.content(), tried.enginesAgree());
      if (failures.size() >= MOST_FAILURES) {
        return;
      }
    }
  }

  private void replay(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    write("case", file.toString());
    // The names of saved files begin with the good file and the damaged part.
    String name = file.getFileName().toString();
    boolean enginesAgree = !name.contains("-CODE-") || name.startsWith("relocated-");
    for (Way way : Way.values()) {
      for (Optional<Path> root : way == Way.RUN ? seeds.roots() : Set.of(Optional.<Path>empty())) {
        String problem = problem(content, root.orElse(null), way, enginesAgree);
        if (problem != null) {
          failures.add(file + ": " + problem);
        }
      }
    }
  }

  private void check(String name, Seed seed, Way way, byte[] content, boolean enginesAgree) {
    String problem = problem(content, seed.root(), way, enginesAgree);
    if (problem != null && kinds.add(kind(problem))) {
      Predicate<byte[]> fails =
          bytes ->
              Objects.equals(kind(problem), kind(problem(bytes, seed.root(), way, enginesAgree)));
      byte[] smallest = ByteShrinker.shrink(seed.content(), content, fails, SHRINKING_TRIES);
      write(name + ".elf", smallest);
      failures.add(name + ": " + problem + ByteShrinker.describe(seed.content(), smallest));
    }
  }

  private String problem(byte[] content, Path root, Way way, boolean enginesAgree) {
    write("mutant", content);
    if (!judge.file().toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make the file executable");
    }
    watchdog.begin();
    try {
      String problem = judge.judge(root, way, enginesAgree);
      return problem == null ? watchdog.excess() : problem;
    } catch (Throwable e) { // Whatever escapes from a command is what is looked for.
      StringBuilder text = new StringBuilder(way + ": " + e + "\n");
      for (int i = 0; i < Math.min(e.getStackTrace().length, 20); i++) {
        text.append("  ").append(e.getStackTrace()[i]).append('\n');
      }
      return text.toString();
    }
  }

  /** What failures have in common that have one cause, most probably. */
  private static String kind(String problem) {
    if (problem == null) {
      return null;
    }
    String kind = problem.lines().limit(4).reduce("", String::concat);
    kind = kind.replaceAll("0x[0-9a-f]+|[0-9]+", "#");
    return kind.startsWith("RUN: translated") ? "RUN: engines differ" : kind;
  }

  private void write(String name, String text) {
    write(name, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] content) {
    try {
      Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
