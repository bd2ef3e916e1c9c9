package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmarks once, for what they say, never for how long it took. */
class BenchTest {
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\": (?:\"(\\w+)\"|([-0-9.E]+))");

  @TempDir Path folder;
  private Cvm cvm;

  @BeforeEach
  void prepare() {
    cvm = new Cvm(folder.resolve("cache"));
  }

  private static Map<String, String> fields(String line) {
    Map<String, String> fields = new TreeMap<>();
    Matcher m = FIELD.matcher(line);
    while (m.find()) {
      fields.put(m.group(1), m.group(2) == null ? m.group(3) : m.group(2));
    }
    return fields;
  }

  @Test
  void everyCaseOfEverySizeIsMeasured() throws Exception {
    Path json = folder.resolve("results.json");
    Outcome outcome =
        cvm.command("bench", "--suite", "ipc", "--rounds", 1, "--sizes", "16,256K", "--json", json)
            .succeed();
    TreeSet<String> measured = new TreeSet<>();
    for (String line : Files.readAllLines(json)) {
      Map<String, String> fields = fields(line);
      assertTrue(
          fields
              .keySet()
              .containsAll(
                  List.of("suite", "case", "size", "median_ns", "spread", "baseline", "ratio")),
          line);
      assertTrue(Double.parseDouble(fields.get("median_ns")) > 0, line);
      assertTrue(Double.parseDouble(fields.get("ratio")) > 0, line);
      measured.add(fields.get("suite") + " " + fields.get("case") + " " + fields.get("size"));
      boolean copies = fields.get("case").equals("memcpy") || fields.get("case").equals("cp_file");
      assertEquals(copies ? "0" : null, fields.get("crossings"), line);
    }
    TreeSet<String> expected = new TreeSet<>(List.of("ipc_round_trip cp_call 0"));
    for (String size : List.of("16", "262144")) {
      for (String name :
          List.of(
              "memcpy",
              "cp_file",
              "mmap_memcpy",
              "cp_stream",
              "cp_call",
              "pipe",
              "unix_socket",
              "tcp")) {
        expected.add("ipc " + name + " " + size);
      }
      for (String name : List.of("cp_stream", "cp_call", "pipe", "unix_socket", "tcp")) {
        expected.add("ipc_round_trip " + name + " " + size);
      }
    }
    // The bytes of a call are copied to the callee's stack, where there is no room for so many.
    expected.remove("ipc cp_call 262144");
    expected.remove("ipc_round_trip cp_call 262144");
    assertEquals(expected, measured);
    assertTrue(outcome.outputText().contains("Throughput, MiB/s, over bytes"));
  }

  @Test
  void livesAndWaitingCvmsAreMeasured() throws Exception {
    Path json = folder.resolve("results.json");
    cvm.command("bench", "--suite", "life", "--rounds", 1, "--cvms", 20, "--json", json).succeed();
    List<Map<String, String>> lines =
        Files.readAllLines(json).stream().map(BenchTest::fields).toList();
    assertEquals(List.of("life", "idle"), lines.stream().map(l -> l.get("case")).toList());
    assertEquals("20", lines.get(1).get("cvms"));
    assertTrue(Long.parseLong(lines.get(1).get("resident_bytes")) > 0);
  }

  @Test
  void sizesThatCannotBeCopiedAreRefused() throws Exception {
    cvm.fails(2, "is not a multiple of 16", "bench", "--suite", "ipc", "--sizes", 24);
    cvm.fails(2, "is not a multiple of 16", "bench", "--suite", "ipc", "--sizes", "8M");
  }
}
