package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** cVMs that are nested in others, which serve their hostcalls, in both engines. */
@Tag("slow")
class NestedCvmsTest {
  private static final String[] NESTED = {"-fpie", "-Wl,-pie,--no-dynamic-linker"};

  /** Forms of access that {@code nested-cases.c} has. */
  private static final int FORMS = 19;

  @TempDir private Path folder;
  private final StringBuilder configuration = new StringBuilder("cVMs:\n");
  private String engine;

  /** Adds a cVM with more keys; its program is built from a source with options. */
  private void add(String name, String keys, String source, Use use, String... options)
      throws IOException, InterruptedException {
    Path place = Files.createDirectory(folder.resolve(name));
    List<String> all = new ArrayList<>(Arrays.asList(options));
    if (keys.contains("out")) {
      all.addAll(List.of(NESTED));
    }
    Path program = BareProgram.build(place, source, use, all.toArray(String[]::new));
    configuration.append(
        "  - {name: %s, program: %s, kernel: none, memory: 4M, engine: %s, time-limit: 300, %s}\n"
            .formatted(name, program, engine, keys));
  }

  /** Adds a cVM with another one's program. */
  private void addAgain(String name, String keys, String other) {
    Path program = folder.resolve(other).resolve("nested-cases-NONE");
    String limit = keys.contains("time-limit") ? "" : "time-limit: 300, ";
    configuration.append(
        "  - {name: %s, program: %s, kernel: none, memory: 1M, engine: %s, %s%s}\n"
            .formatted(name, program, engine, limit, keys));
  }

  private Outcome run() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("nested.yaml"), configuration);
    return Capvm.command("up", file.toString()).run();
  }

  /** What was printed, and how each ended. */
  private static List<String> lines(Outcome outcome) {
    return Stream.concat(
            outcome.outputText().lines(),
            outcome.errorText().lines().filter(line -> line.contains("ended with")))
        .map(line -> line.replaceFirst(" *\\|", ""))
        .sorted()
        .toList();
  }

  private static String name(String name) {
    return "-DNAME=\"" + name + "\"";
  }

  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void anOuterCvmAnswersRefusesAndPassesOn(String how) throws Exception {
    engine = how;
    add("out", "wait: -1", "nested-outer.c", Use.HYBRID, name("out"));
    add("in", "outer: out", "nested-inner.c", Use.NONE);
    add("other", "callback_out: nested-outer-HYBRID", "nested-inner.c", Use.HYBRID);
    Outcome outcome = run();
    assertEquals(
        List.of(
            "in ended with status 7",
            "other ended with status 7",
            "out ended with status 0",
            "out out: hello",
            "out out: hello"),
        lines(outcome),
        outcome.errorText());
  }

  /** What the middle one prints by its own hostcall is served by the outermost one again. */
  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void threeLayers(String how) throws Exception {
    engine = how;
    add("a", "wait: -1", "nested-outer.c", Use.NONE, name("a"));
    add("b", "wait: -1, outer: a", "nested-outer.c", Use.HYBRID, name("b"));
    add("c", "outer: b", "nested-inner.c", Use.NONE);
    Outcome outcome = run();
    assertEquals(
        List.of(
            "a a: b: hello",
            "a ended with status 0",
            "b ended with status 0",
            "c ended with status 7"),
        lines(outcome),
        outcome.errorText());
  }

  /**
   * Programs that use capabilities, within one of integer mode and one of capability mode. They
   * make hostcalls by both ways, and the gate leads to their outer cVM, too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void hybridAndPure(String how) throws Exception {
    engine = how;
    add("a", "wait: -1", "nested-outer.c", Use.HYBRID, name("a"), "-DALLOWS_TIME");
    add("a-hybrid", "outer: a", "gate-hybrid.S", Use.HYBRID);
    add("a-pure", "outer: a", "gate-pure.S", Use.PURE);
    add("p", "wait: -1", "nested-pure.S", Use.PURE);
    add("p-hybrid", "outer: p", "gate-hybrid.S", Use.HYBRID);
    add("p-pure", "outer: p", "gate-pure.S", Use.PURE);
    Outcome outcome = run();
    assertEquals(
        List.of(
            "a a: hybrid!",
            "a a: pure",
            "a ended with status 0",
            "a-hybrid ended with status 0",
            "a-pure ended with status 139",
            "p ended with status 0",
            "p-hybrid ended with status 0",
            "p-hybrid hybrid!",
            "p-pure ended with status 139",
            "p-pure pure"),
        lines(outcome),
        outcome.errorText());
  }

  /**
   * Every form of access to the outer one's memory, to a neighbour's and over the own bounds ends
   * the nested cVM alone. What loops, waits, or never gets an answer is killed by its limit.
   */
  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void nobodyHarmsItsOuterCvm(String how) throws Exception {
    engine = how;
    add("out", "wait: -1", "nested-outer.c", Use.HYBRID, name("out"));
    List<String> expected = new ArrayList<>(List.of("out ended with status 0"));
    add("form0", "wait: -1, outer: out, args: [0, 131072]", "nested-cases.c", Use.NONE);
    for (int form = 0; form < FORMS; form++) {
      // Behind 4 MiB of the outer one, 4 of the first attacker, and 1 of each other one.
      long own = 7 + form << 20;
      long address = List.of(131_072L, own - 8, own + (1 << 20)).get(form % 3);
      String keys = "wait: -1, outer: out, args: [%d, %d]".formatted(form, address);
      if (form > 0) {
        addAgain("form" + form, keys, "form0");
      }
      expected.add("form" + form + " ended with status 139");
    }
    for (int what : List.of(100, 101, 102)) {
      addAgain(
          "case" + what,
          "wait: -1, outer: out, time-limit: 1, args: [%d, 0]".formatted(what),
          "form0");
      expected.add("case" + what + " ended with status 124");
    }
    addAgain("witness", "outer: out, args: [103, 0]", "form0");
    expected.add("witness ended with status 0");
    Outcome outcome = run();
    assertEquals(expected.stream().sorted().toList(), lines(outcome), outcome.errorText());
  }

  /** Those nested in it are killed before, also in the middle of a hostcall, or two layers deep. */
  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void theEndOfAnOuterCvmEndsTheOthers(String how) throws Exception {
    engine = how;
    add("a", "wait: -1", "nested-outer.c", Use.HYBRID, name("a"));
    add("b", "wait: -1, outer: a", "nested-outer.c", Use.HYBRID, name("b"));
    add("loops", "outer: b, args: [100, 0]", "nested-cases.c", Use.NONE);
    addAgain("waits", "outer: b, args: [101, 0]", "loops");
    addAgain("unanswered", "wait: 0.5, outer: a, args: [102, 0]", "loops");
    addAgain("ends", "outer: a, args: [104, 0]", "loops");
    Outcome outcome = run();
    assertEquals(
        List.of(
            "a ended with status 133",
            "b ended with status 137",
            "ends ended with status 137",
            "loops ended with status 137",
            "unanswered ended with status 137",
            "waits ended with status 137"),
        lines(outcome),
        outcome.errorText());
  }
}
