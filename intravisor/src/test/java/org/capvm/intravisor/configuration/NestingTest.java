package org.capvm.intravisor.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capvm.intravisor.cvm.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cVMs in cVMs: who is in whom, and where. */
class NestingTest {
  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("f.yaml"), text);
  }

  private Map<String, Placement> placements(String text)
      throws IOException, ConfigurationException {
    return Configuration.read(write(text)).placements();
  }

  @Test
  void laysEachBehindItsOuterOnesMemory() throws Exception {
    Map<String, Placement> placed =
        placements(
            """
            cVMs:
              - {name: a, program: a, kernel: none, memory: 16M}
              - {name: b, program: b, kernel: none, memory: 4M, outer: a}
              - {name: c, program: c, kernel: none, memory: 1M, outer: b}
              - {name: d, program: d, kernel: none, memory: 2M, callback_out: a}
              - {name: alone, program: a2, kernel: none, callback_out: monitor}
            """);
    int mib = 1 << 20;
    long all = 23L * mib;
    assertEquals(
        Map.of(
            "a", new Placement(all, 0, 0, 16L * mib, 0, all, Optional.empty(), Set.of("b", "d")),
            "b",
                new Placement(
                    all,
                    1,
                    16L * mib,
                    4L * mib,
                    16L * mib,
                    21L * mib,
                    Optional.of("a"),
                    Set.of("c")),
            "c",
                new Placement(
                    all, 2, 20L * mib, mib, 20L * mib, 21L * mib, Optional.of("b"), Set.of()),
            "d",
                new Placement(
                    all, 3, 21L * mib, 2L * mib, 21L * mib, all, Optional.of("a"), Set.of())),
        placed);
  }

  /** The original's example of two layers, where the inner one lies below the outer one. */
  @Test
  void readsTheOriginalsKeys() throws Exception {
    Map<String, Placement> placed =
        placements(
            """
            cVMs:
              - name: outer
                program: libouter.so
                kernel: none
                isolation:
                  - base: 0x20000000
                    size: 0x10000000
                    begin: 0x10000000
                    end: 0x30000000
                callback_out: monitor
                callback_in: libhello.so
                wait: -1
              - name: inner
                program: libhello.so
                kernel: none
                isolation: [{base: 0x10000000, size: 0x10000000, begin: 0x10000000, end: 20000000}]
                callback_out: libouter.so
            """);
    long size = 0x1000_0000;
    assertEquals(
        Map.of(
            "outer",
            new Placement(2 * size, 0, size, size, 0, 2 * size, Optional.empty(), Set.of("inner")),
            "inner",
            new Placement(2 * size, 1, 0, size, 0, size, Optional.of("outer"), Set.of())),
        placed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {outer: x}|{}|:2: there is no cVM of the name 'x', and none that runs such a file
          {outer: a}|{}|:2: cycle: a is nested in a
          {outer: b}|{outer: a}|:2: cycle: a is nested in b is nested in a
          {outer: b}|{}|:2: cVM 'a' is started before 'b', which is to serve its hostcalls
          {callback_in: b}|{}|:2: cVM 'b' does not have 'a' as its 'callback_out'
          {callback_in: [x]}|{outer: a}|:2: there is no cVM of the name 'x'
          {}|{outer: a, callback_out: a}|:3: 'callback_out' means the same as 'outer'
          {}|{outer: a, kernel: host}|:3: cVM 'b' has a kernel; nested are those without
          {}|{outer: a, isolation: [x]}|:3: 'isolation' is not a mapping
          {}|{outer: a, isolation: [2 2 2 4]}|:2: cVM 'a' has no 'isolation'
          {isolation: [0 2 0 4]}|{outer: a}|:3: cVM 'b' has no 'isolation'
          {isolation: [0 2 0 4], memory: 1M}|{}|:2: 'memory' is the size in 'isolation'
          {isolation: [0 2 0 4]}|{outer: a, isolation: [1 2 1 3]}|:3: the memory of cVM 'b' overlaps that of 'a'
          {isolation: [0 2 0 4]}|{isolation: [1 2 1 3]}|:3: the memory of cVM 'b' overlaps that of 'a'
          {isolation: [0 2 0 4]}|{outer: a, isolation: [2 1 1 3]}|:3: the bounds of cVM 'b' overlap the memory of 'a'
          {isolation: [0 2 0 4]}|{outer: a, isolation: [4 1 4 5]}|:3: cVM 'b' is not within begin 0x0 and end 0x400000 of 'a'
          {isolation: [0 2 1 4]}|{}|:2: 'isolation': base 0x0 and size 0x200000 are not within
          {isolation: [0 0 0 4]}|{}|:2: 'isolation': a cVM has 1 MiB to 1 TiB
          {isolation: {base: 0}}|{}|:2: 'isolation' has no 'size'
          {isolation: {base: x, size: 0, begin: 0, end: 0}}|{}|:2: 'base': 'x' is no hexadecimal number
          {isolation: {base: 10, size: 0, begin: 0, end: 0}}|{}|:2: 'base' is not a multiple of 0x1000
          """)
  void saysWhereNestingIsWrong(String a, String b, String message) throws IOException {
    String text = "cVMs:\n" + cvm("a", a) + cvm("b", b);
    Path file = write(text);
    String said =
        assertThrows(ConfigurationException.class, () -> Configuration.read(file)).getMessage();
    assertTrue(said.startsWith(file + message), said);
    assertEquals(1, said.lines().count(), said);
  }

  /** A cVM on one line; four numbers of MiB are the values of {@code isolation}. */
  private static String cvm(String name, String keys) {
    String more =
        keys.substring(1, keys.length() - 1)
            .replaceAll(
                "\\[(\\d) (\\d) (\\d) (\\d)]",
                "[{base: $100000, size: $200000, begin: $300000, end: $400000}]");
    String kernel = keys.contains("kernel") ? "" : ", kernel: none";
    return "- {name: %s, program: p%s%s%s}\n"
        .formatted(name, name, kernel, more.isEmpty() ? "" : ", " + more);
  }

  @Test
  void boundsMustBeExact() throws IOException {
    Path file =
        write(
            """
            cVMs:
            - {name: a, program: a, kernel: none,
               isolation: [{base: 0, size: 40000000, begin: 0, end: 80000000}]}
            - {name: b, program: b, kernel: none, outer: a,
               isolation: [{base: 40001000, size: 20000000, begin: 40001000, end: 60001000}]}
            """);
    assertEquals(
        file
            + ":5: capabilities cannot have the bounds 0x40001000 to 0x60001000 exactly:"
            + " align them to 0x100000",
        assertThrows(ConfigurationException.class, () -> Configuration.read(file)).getMessage());
  }
}
