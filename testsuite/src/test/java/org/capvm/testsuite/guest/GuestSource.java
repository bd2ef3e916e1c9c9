package org.capvm.testsuite.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The source of a guest program, with the directives in the comments at its top that the folder's
 * README lists.
 */
record GuestSource(Path file, String text) {
  static final Path FOLDER = Path.of("src/test/guest");

  /** All programs of the folder. */
  static List<GuestSource> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(c|cpp)"))
          .sorted()
          .map(GuestSource::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GuestSource read(Path file) {
    try {
      return new GuestSource(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
  }

  boolean isCpp() {
    return file.toString().endsWith(".cpp");
  }

  boolean isDynamic() {
    return directive("dynamic").isPresent();
  }

  boolean isLarge() {
    return directive("large").isPresent();
  }

  boolean isRecorded() {
    return directive("unrecorded").isEmpty();
  }

  /** The words behind a directive; none when it is absent. */
  List<String> words(String directive) {
    String words = directive(directive).orElse("");
    return words.isEmpty() ? List.of() : List.of(words.split(" +"));
  }

  private Optional<String> directive(String name) {
    Matcher matcher =
        Pattern.compile("^(?:/\\*| \\*|//) " + name + ":([^*\n]*)", Pattern.MULTILINE)
            .matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
  }

  Path expectation() {
    return file.resolveSibling(name() + ".expected");
  }
}
