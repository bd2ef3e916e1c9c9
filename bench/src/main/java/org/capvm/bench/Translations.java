package org.capvm.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times of translating programs and their libraries, each program in a process of its own with an
 * empty cache. The first file of a process also pays for warming the translator up.
 */
final class Translations {
  private static final List<String> PROGRAMS = List.of("/usr/bin/lua5.4", "/usr/bin/python3.13");

  /** What {@code cvm translate} prints of a file. */
  private static final Pattern LINE =
      Pattern.compile("(\\S+): .* ([\\d,]+) bytes of bytecode, translated in ([\\d.]+) s");

  private Translations() {}

  static List<Report> measure(Options options, Path repository)
      throws IOException, InterruptedException {
    if (options.root() == null) {
      throw new IllegalArgumentException("translate needs --root DIR");
    }
    Map<String, Sample> files = new LinkedHashMap<>();
    Path work = Files.createTempDirectory("bench-translate");
    Path image = work.resolve("program.cvm");
    List<String> programs = options.items().isEmpty() ? PROGRAMS : options.items();
    for (int round = 0; round < options.rounds(); round++) {
      for (String program : programs) {
        System.err.println("bench: " + program);
        Path cache = Files.createDirectory(work.resolve("cache"));
        try {
          Execution run =
              Execution.of(
                  List.of(
                      repository.resolve("cvm").toString(),
                      "translate",
                      "--root",
                      options.root().toAbsolutePath().toString(),
                      program,
                      "-o",
                      image.toString()),
                  null,
                  Map.of("XDG_CACHE_HOME", cache.toString()));
          add(files, program, run);
        } finally {
          Folders.delete(cache);
        }
      }
    }
    Folders.delete(work);
    Report report = new Report("translation with an empty cache", List.of("capvm"));
    files.forEach((file, time) -> report.add(row(file, time)));
    return List.of(report);
  }

  private static Report.Row row(String name, Sample time) {
    return new Report.Row(name, false, List.of(time), List.of());
  }

  private static void add(Map<String, Sample> files, String program, Execution run)
      throws IOException {
    int found = 0;
    for (String line : new String(run.output(), StandardCharsets.UTF_8).split("\n")) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        found++;
        String file = matcher.group(1).substring(matcher.group(1).lastIndexOf('/') + 1);
        String name = program.substring(program.lastIndexOf('/') + 1) + ": " + file;
        long nanoseconds = (long) (Double.parseDouble(matcher.group(3)) * 1e9);
        files.computeIfAbsent(name, n -> new Sample()).add(Math.max(nanoseconds, 1));
      }
    }
    if (found == 0) {
      throw new IOException("cvm translate " + program + " reported no file");
    }
    files
        .computeIfAbsent(program.substring(program.lastIndexOf('/') + 1), n -> new Sample())
        .add(run.nanoseconds());
  }
}
