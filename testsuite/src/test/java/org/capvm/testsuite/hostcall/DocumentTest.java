package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** HOSTCALLS.md has a row for each hostcall, and for no other. */
class DocumentTest {
  private static final Path DOCUMENT = Path.of("../intravisor/HOSTCALLS.md");

  @Test
  void hasAllHostcalls() throws IOException {
    TreeSet<Integer> numbers = new TreeSet<>();
    try (Stream<String> lines = Files.lines(DOCUMENT)) {
      lines
          .filter(line -> line.matches("\\| [0-9, ]+ \\|.*"))
          .flatMap(line -> Arrays.stream(line.split("\\|", 3)[1].split(",")))
          .map(String::strip)
          .forEach(number -> numbers.add(Integer.valueOf(number)));
    }
    assertEquals(new TreeSet<>(HostcallArguments.rows().keySet()), numbers);
  }
}
