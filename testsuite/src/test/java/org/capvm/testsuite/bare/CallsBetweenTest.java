package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cVMs of a configuration that call each other's functions. */
@Tag("slow")
class CallsBetweenTest {
  @TempDir private Path folder;
  private final StringBuilder configuration = new StringBuilder("cVMs:\n");

  /** Adds a cVM; its program is built from a source with definitions. */
  private void add(
      String name, String engine, String limit, String source, Use use, String... definitions)
      throws IOException, InterruptedException {
    Path place = Files.createDirectory(folder.resolve(name));
    Path program = BareProgram.build(place, source, use, definitions);
    configuration.append(
        "  - {name: %s, program: %s, kernel: none, memory: 16M, engine: %s, %s}\n"
            .formatted(name, program, engine, limit));
  }

  private Outcome run() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("calls.yaml"), configuration);
    return Capvm.command("up", file.toString()).run();
  }

  private static List<String> ends(Outcome outcome) {
    return Stream.of(outcome.errorText().split("\n"))
        .filter(line -> line.contains("ended with"))
        .map(line -> line.replaceFirst(" +\\|", ""))
        .sorted()
        .toList();
  }

  /**
   * Access lists, bytes, eight threads; and callers and callees that end in the middle of a call: a
   * caller, which leaves the function that it called at work, by its time limit; callees by a
   * fault, an exit, and a limit.
   */
  @ParameterizedTest
  @CsvSource({"translated, HYBRID", "interpreter, HYBRID", "translated, NONE"})
  void aCallEndsWhateverBecomesOfTheOtherSide(String engine, Use use) throws Exception {
    add("server", engine, "time-limit: 120", "call-server.c", use);
    add("victim", engine, "time-limit: 1, wait: -1", "call-victim.c", use);
    String[] ways = {"fault", "exit", "out-of-time"};
    for (int mode = 0; mode < ways.length; mode++) {
      String name = "-DNAME=\"" + ways[mode] + "\"";
      add(ways[mode], engine, "ulimits: {cpu: 1}", "call-mortal.c", use, name, "-DMODE=" + mode);
    }
    add("client", engine, "time-limit: 120", "call-client.c", use);
    Outcome outcome = run();
    assertEquals(
        List.of(
            "client ended with status 0",
            "exit ended with status 3",
            "fault ended with status 139",
            "out-of-time ended with status 152",
            "server ended with status 0",
            "victim ended with status 124"),
        ends(outcome),
        outcome.errorText() + outcome.outputText());
  }

  @ParameterizedTest
  @CsvSource({"translated, HYBRID", "interpreter, HYBRID", "translated, NONE"})
  void chainsOfCallsComeBack(String engine, Use use) throws Exception {
    for (int role = 0; role < 3; role++) {
      add("cvm" + role, engine, "time-limit: 120", "call-ring.c", use, "-DROLE=" + role);
    }
    Outcome outcome = run();
    assertEquals(0, outcome.status(), outcome.errorText() + outcome.outputText());
  }
}
