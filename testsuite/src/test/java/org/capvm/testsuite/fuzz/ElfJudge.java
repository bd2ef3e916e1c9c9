package org.capvm.testsuite.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.capvm.testsuite.fuzz.CommandRun.Result;
import org.capvm.translator.emit.Variant;
import org.capvm.translator.image.TranslationCache;
import org.capvm.translator.image.TranslationKey;

/** Gives one file to the commands and says what is wrong with how they end. */
final class ElfJudge {
  /** What is done with a file. */
  enum Way {
    INSPECT,
    DISASM,
    TRANSLATE,
    RUN,
    /** With no kernel. */
    RUN_BARE
  }

  private static final int TIME_LIMIT = 124;
  private static final int RUN_FAILED = 125;
  private static final int SEGMENTATION_FAULT = 128 + 11;
  private static final int NOT_FOUND = 127;

  private final Path folder;
  private final CommandRun command;
  private final TranslationCache cache = TranslationCache.ofUser();
  private final Map<Way, int[]> accepted = new EnumMap<>(Way.class);
  private int compared;
  private int indeterminate;

  /**
   * @param folder for the file and what is made of it
   */
  ElfJudge(Path folder, CommandRun command) {
    this.folder = folder;
    this.command = command;
    for (Way way : Way.values()) {
      accepted.put(way, new int[2]);
    }
  }

  /** Where files are put, to be judged. */
  Path file() {
    return folder.resolve("mutant");
  }

  /**
   * What is wrong, or null.
   *
   * @param root under which the file runs, or null
   * @param enginesAgree whether both engines have to do the same with it
   */
  String judge(Path root, Way way, boolean enginesAgree) {
    String problem =
        switch (way) {
          case INSPECT -> judgeReader(way, "inspect", file().toString());
          case DISASM -> judgeReader(way, "disasm", file().toString());
          case TRANSLATE -> judgeTranslation();
          case RUN -> judgeRun(way, root, "host", enginesAgree);
          case RUN_BARE -> judgeRun(way, null, "none", enginesAgree);
        };
    clean();
    return problem == null ? null : way + ": " + problem;
  }

  private String judgeReader(Way way, String... words) {
    return judge(way, command.execute(words));
  }

  /** Success, or status 1 and one line that names the file. */
  private String judge(Way way, Result result) {
    accepted.get(way)[result.status() == 0 ? 0 : 1]++;
    return problem(result, result.status() == 0, result.status() == 1);
  }

  private String problem(Result result, boolean succeeded, boolean refused) {
    if (!result.log().isEmpty()) {
      return "logged " + result.log();
    }
    if (!succeeded && !refused) {
      return "status " + result.status() + ", message " + result.message();
    }
    boolean named = result.message().contains("/" + file().getFileName());
    boolean oneLine = result.message().lines().count() == 1;
    if (succeeded ? !result.message().isEmpty() : !named || !oneLine) {
      return "status " + result.status() + ", message " + result.message();
    }
    return result.message().contains("Exception") ? result.message() : null;
  }

  private String judgeTranslation() {
    Path image = folder.resolve("image");
    Result result = command.execute("translate", file().toString(), "-o", image.toString());
    String problem = judge(Way.TRANSLATE, result);
    try {
      boolean written = Files.deleteIfExists(image);
      try (Stream<Path> files = Files.list(folder)) {
        List<String> left =
            files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("image")).toList();
        if (problem == null && (written != (result.status() == 0) || !left.isEmpty())) {
          problem = "image written: " + written + ", left behind: " + left;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return problem;
  }

  private String judgeRun(Way way, Path root, String kernel, boolean enginesAgree) {
    Result translated = run(root, kernel, "translated");
    Result interpreted = run(root, kernel, "interpreter");
    for (Result result : List.of(translated, interpreted)) {
      boolean refused =
          result.status() >= RUN_FAILED
              && result.status() <= NOT_FOUND
              && !result.message().isEmpty();
      accepted.get(way)[refused ? 1 : 0]++;
      String problem = problem(result, !refused, refused);
      if (problem != null) {
        return problem;
      }
    }
    if (!enginesAgree) {
      return null;
    }
    if (isSame(translated, interpreted)) {
      compared++;
      return null;
    }
    // Faults that the program does not handle are no difference: translated code asks for
    // permissions of pages if it handles them. Nor is what differs between two runs of one engine.
    if (interpreted.status() == TIME_LIMIT
        || translated.status() == TIME_LIMIT
        || interpreted.status() == SEGMENTATION_FAULT
        || !isSame(run(root, kernel, "interpreter"), interpreted)) {
      indeterminate++;
      return null;
    }
    return "translated: %d%n%s%ninterpreted: %d%n%s"
        .formatted(
            translated.status(), translated.output(), interpreted.status(), interpreted.output());
  }

  private static boolean isSame(Result a, Result b) {
    return a.status() == b.status() && a.status() != TIME_LIMIT && a.output().equals(b.output());
  }

  private Result run(Path root, String kernel, String engine) {
    List<String> words = new ArrayList<>(List.of("run", "--engine", engine, "--kernel", kernel));
    words.addAll(List.of("--memory", "64M", "--time-limit", "1"));
    if (root == null) {
      words.add(file().toString());
    } else {
      words.addAll(List.of("--root", root.toString(), "--volume", folder + ":/fuzz"));
      words.add("/fuzz/" + file().getFileName());
    }
    return command.execute(words.toArray(String[]::new));
  }

  /** Of what a run translated, the libraries and the loader are there for the next one. */
  private void clean() {
    try {
      TranslationKey key = TranslationKey.of(Files.readAllBytes(file()), 0, Variant.FAST);
      Path folder = cache.path(key).getParent();
      if (!Files.isDirectory(folder)) {
        return;
      }
      String hash = cache.path(key).getFileName().toString().split("-")[0];
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, hash + "-*")) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was covered so far. */
  String summary() {
    StringBuilder text = new StringBuilder();
    accepted.forEach(
        (way, counts) ->
            text.append("%-10s %6d accepted, %6d refused%n".formatted(way, counts[0], counts[1])));
    text.append(
        "engines compared %d times; %d runs had no result of their own%n"
            .formatted(compared, indeterminate));
    return text.toString();
  }
}
