package org.capvm.testsuite.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.configuration.ConfigurationException;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged configuration files: each is read, or refused with one line that begins with the file's
 * name.
 *
 * <p>{@code -Dcapvm.configurations.count=N} tries N, {@code -Dcapvm.configurations.first=SEED}
 * begins with another one than 0.
 */
class ConfigurationFuzzTest {
  private static final int COUNT =
      SuiteSize.number("capvm.configurations.count", 500, 10_000, 200_000);

  private static final long FIRST = Long.getLong("capvm.configurations.first", 0);

  /** A line for each key, in both styles of YAML. */
  private static final String GOOD =
      """
      cVMs:
        - name: web
          program: /bin/sh
          args: [-c, 'echo "$A"; exit 0']
          root: .
          env: {A: b, C: "d\\u0041\\n"}
          workdir: /tmp
          volumes: ['.:/v:rw', ".:/w"]
          memory: 512M
          kernel: host
          engine: translated
          time-limit: 10
          wait: -1
        - &second
          name: second
          program: ./a.out
          args: a b  c
          wait: 100
      ---
      cVMs:
        - {name: third, program: x, kernel: none, engine: interpreter}
      """;

  /** What means something to YAML, to paths or to numbers. */
  private static final String[] TOKENS = {
    ":",
    ": ",
    "- ",
    "&a ",
    "*a",
    "*second",
    "!!int ",
    "!x ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\\x00",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "?",
    "<<: ",
    "\t",
    "\n",
    "\r",
    "\0",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\ud83d\ude00",
    "\u00ff",
    "~",
    "null",
    "-1",
    "99999999999999999999",
    "1e99",
    "0x10",
    "9223372036854775807G",
    "..",
    "/",
    "//",
    " ",
  };

  @TempDir private Path folder;

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), GOOD);
    assertEquals("read", outcome(file), "the good file");
    int read = 0;
    for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
      String text = damaged(new Random(seed));
      Files.write(file, bytes(text, seed));
      String outcome = outcome(file);
      read += outcome.equals("read") ? 1 : 0;
      boolean clear = outcome.startsWith(file.toString()) && outcome.lines().count() == 1;
      assertTrue(outcome.equals("read") || clear, "seed " + seed + ": " + outcome + "\n" + text);
    }
    System.out.printf("%,d configurations, %,d of them read%n", COUNT, read);
  }

  private static String outcome(Path file) {
    try {
      Configuration.read(file);
      return "read";
    } catch (ConfigurationException e) {
      return e.getMessage();
    } catch (RuntimeException | StackOverflowError e) {
      return e + " at " + e.getStackTrace()[0];
    }
  }

  /** Some are no UTF-8. */
  private static byte[] bytes(String text, long seed) {
    return text.getBytes(seed % 50 == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static String damaged(Random random) {
    StringBuilder text = new StringBuilder(GOOD);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
        case 2 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)].repeat(times(random)));
        case 3 -> text.replace(at, end, TOKENS[random.nextInt(TOKENS.length)]);
        case 4 -> moveLine(text, random);
        default -> replaceValue(text, random);
      }
    }
    return text.toString();
  }

  /** Mostly once; sometimes deeper than any stack would like. */
  private static int times(Random random) {
    return random.nextInt(20) == 0 ? 20_000 : 1;
  }

  private static void moveLine(StringBuilder text, Random random) {
    int start = text.lastIndexOf("\n", random.nextInt(text.length() + 1)) + 1;
    int end = Math.max(start, text.indexOf("\n", start) + 1);
    String line = text.substring(start, end);
    text.delete(start, end);
    text.insert(text.lastIndexOf("\n", random.nextInt(text.length() + 1)) + 1, line);
  }

  private static void replaceValue(StringBuilder text, Random random) {
    int colon = text.indexOf(": ", random.nextInt(text.length() + 1));
    int end = text.indexOf("\n", colon);
    if (colon >= 0 && end >= 0) {
      text.replace(colon + 2, end, TOKENS[random.nextInt(TOKENS.length)]);
    }
  }
}
