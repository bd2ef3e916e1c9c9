package org.capvm.testsuite.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The input files of the programs: generated from a seed, and the scripts of the tree. */
final class Inputs {
  private static final Path SCRIPTS = Path.of("src/test/programs");

  private Inputs() {}

  /** Fills a folder with all inputs of a size. */
  static void write(Path folder, Size size) {
    try {
      Files.writeString(folder.resolve("text.txt"), text(size.textLines()));
      Files.write(folder.resolve("random.bin"), random(size.randomBytes()));
      Files.writeString(folder.resolve("data.json"), json(size.textLines() / 10));
      try (Stream<Path> scripts = Files.list(SCRIPTS)) {
        for (Path script : scripts.toList()) {
          Files.copy(script, folder.resolve(script.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of ten words of a made-up language, some words much more frequent than others. */
  static String text(int lines) {
    Random random = new Random(1);
    String[] words = new String[2000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(9); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10 * lines; i++) {
      double skew = random.nextDouble();
      text.append(words[(int) (skew * skew * skew * words.length)]);
      text.append(i % 10 == 9 ? '\n' : ' ');
    }
    return text.toString();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(2).nextBytes(bytes);
    return bytes;
  }

  private static String json(int items) {
    Random random = new Random(3);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < items; i++) {
      json.append(i == 0 ? "" : ",\n");
      json.append(
          "{\"id\": %d, \"value\": %d, \"name\": \"%s\", \"tags\": [%b, null, \"\\u00e4\"]}"
              .formatted(
                  i,
                  random.nextInt(1000),
                  Long.toString(random.nextLong() >>> 20, 36),
                  random.nextBoolean()));
    }
    return json.append("]\n").toString();
  }

  /** How much input: enough for every day, or what continuous integration affords. */
  enum Size {
    SMALL(1_000, 100_000, 2_000),
    FULL(80_000, 4_000_000, 100_000);

    private final int textLines;
    private final int randomBytes;
    private final int iterations;

    Size(int textLines, int randomBytes, int iterations) {
      this.textLines = textLines;
      this.randomBytes = randomBytes;
      this.iterations = iterations;
    }

    int textLines() {
      return textLines;
    }

    int randomBytes() {
      return randomBytes;
    }

    /** What scripts get as their argument. */
    String iterations() {
      return Integer.toString(iterations);
    }

    static List<Size> all() {
      return List.of(values());
    }
  }
}
