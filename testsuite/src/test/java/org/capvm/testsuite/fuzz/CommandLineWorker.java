package org.capvm.testsuite.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The process that tries command lines one after the other. */
final class CommandLineWorker {
  /** Exit status when something was wrong. */
  static final int FAILED = 3;

  private static final Set<Integer> STATUSES = Set.of(0, 1, 2);
  private static final Set<Integer> RUN_STATUSES = Set.of(124, 125, 126, 127);
  private static final int USAGE = 2;
  private static final int RUN_FAILED = 125;
  private static final int MOST_FAILURES = 30;

  private final Path folder;
  private final Path hello;
  private final CommandRun command;
  private final List<String> failures = new ArrayList<>();
  private final Set<String> kinds = new HashSet<>();
  private final Map<String, Integer> seen = new TreeMap<>();

  private CommandLineWorker(Path folder, Path hello) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("files"));
    this.hello = hello;
    command = new CommandRun(folder.resolve("output"));
  }

  /** Arguments: a folder, the first number, how many, and a program that ends with status 0. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommandLineWorker worker = new CommandLineWorker(folder, Path.of(arguments[3]));
    Watchdog watchdog =
        new Watchdog(
            text -> {
              try {
                Files.writeString(folder.resolve("hang"), text);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    long first = Long.parseLong(arguments[1]);
    long limit = first + Long.parseLong(arguments[2]);
    for (long number = first; number < limit && worker.failures.size() < MOST_FAILURES; number++) {
      Files.writeString(folder.resolve("case"), Long.toString(number));
      watchdog.begin();
      worker.check(number);
    }
    Files.writeString(
        folder.resolve("report"),
        String.join("\n", worker.failures) + "\nby command and status: " + worker.seen + "\n");
    Runtime.getRuntime().halt(worker.failures.isEmpty() ? 0 : FAILED);
  }

  private void check(long number) throws IOException {
    prepare();
    List<String> words = CommandLineGenerator.make(number);
    String problem = problem(words);
    if (problem == null || !kinds.add(kind(problem))) {
      return;
    }
    for (int i = 0; i < words.size(); ) {
      List<String> fewer = new ArrayList<>(words);
      fewer.remove(i);
      if (kind(problem).equals(kind(problem(fewer)))) {
        words = fewer;
      } else {
        i++;
      }
    }
    failures.add(number + ": " + words + ": " + problem);
  }

  /** Command lines may change what is in the folder. */
  private void prepare() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Path program = folder.resolve("hello");
    if (!Files.isRegularFile(program, LinkOption.NOFOLLOW_LINKS)
        || Files.mismatch(hello, program) >= 0) {
      Files.deleteIfExists(program);
      Files.copy(hello, program);
    }
  }

  private String problem(List<String> words) {
    String[] arguments =
        words.stream()
            .map(word -> word.replace("PROGRAM", folder.resolve("hello").toString()))
            .map(word -> word.replace("FOLDER", folder.toString()))
            .map(word -> word.replace("MISSING", folder.resolve("missing").toString()))
            .toArray(String[]::new);
    CommandRun.Result result;
    try {
      result = command.execute(arguments);
    } catch (Throwable e) { // Whatever escapes from a command is what is looked for.
      return e
          + " at "
          + List.of(e.getStackTrace()).subList(0, Math.min(8, e.getStackTrace().length));
    }
    boolean runs = words.indexOf("run") == 0 || result.message().startsWith("cvm run:");
    seen.merge(
        (words.isEmpty() ? "" : commandName(words)) + " " + result.status(), 1, Integer::sum);
    return judge(result, runs, words.contains("--strace"));
  }

  private static String commandName(List<String> words) {
    String name = words.getFirst();
    return CommandLineGenerator.commands().contains(name) ? name : "(other)";
  }

  private static String judge(CommandRun.Result result, boolean runs, boolean traces) {
    int status = result.status();
    String shown =
        "status %d, message %s, log %s".formatted(status, result.message(), result.log());
    if (!result.log().isEmpty() && !traces
        || !STATUSES.contains(status) && !(runs && RUN_STATUSES.contains(status))) {
      return shown;
    }
    if (status == 0 || status == 124 || result.message().isEmpty() && status == 1) {
      return result.message().isEmpty() ? null : shown;
    }
    List<String> lines = result.message().lines().toList();
    boolean usage = lines.size() == 2 && lines.getLast().startsWith("Try '");
    boolean usageStatus = status == USAGE || runs && status == RUN_FAILED;
    boolean clear =
        (lines.size() == 1 || usage && usageStatus)
            && lines.getFirst().startsWith("cvm")
            && !result.message().contains("internal error")
            && !result.message().contains("Exception")
            && !result.message().contains(" null");
    return clear ? null : shown;
  }

  private static String kind(String problem) {
    return problem == null ? "" : problem.replaceAll("'[^']*'|[^ ]*/[^ ]*|[0-9]+", "#");
  }
}
