package org.capvm.testsuite.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.translator.emit.Variant;

/**
 * A file with guest assembly above a line of dashes and the expected bytecode below it.
 *
 * @param source GNU assembler; every label at the start of a line that begins with a letter is a
 *     function, the first one the entry
 * @param expected what the translation looked like when it was blessed
 */
record GoldenFile(Path path, String source, String expected) {
  private static final Path FOLDER = Path.of("src/test/golden");
  private static final String SEPARATOR = "-".repeat(80) + "\n";

  /** Shows the constructor, the general forms and the like too. */
  private static final String WHOLE_CLASS = "# show: the whole class\n";

  /** Shows code whose faults are precise. */
  private static final String PRECISE = "# variant: precise\n";

  /** Shows code whose stores clear tags. */
  private static final String TAG_CLEARING = "# variant: tag-clearing\n";

  /** Shows the beginning and the end of long methods only. */
  private static final String ENDS = "# show: ends of methods\n";

  static List<GoldenFile> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(GoldenFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldenFile read(Path path) {
    try {
      String text = Files.readString(path);
      int at = text.indexOf(SEPARATOR);
      return at < 0
          ? new GoldenFile(path, text, "")
          : new GoldenFile(path, text.substring(0, at), text.substring(at + SEPARATOR.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return path.getFileName().toString();
  }

  boolean showsWholeClass() {
    return source.contains(WHOLE_CLASS);
  }

  Variant variant() {
    return Variant.of(source.contains(PRECISE), source.contains(TAG_CLEARING));
  }

  boolean showsOnlyEnds() {
    return source.contains(ENDS);
  }

  /** Replaces what is expected. */
  void bless(String actual) {
    try {
      Files.writeString(path, source + SEPARATOR + actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
