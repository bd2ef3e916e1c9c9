package org.capvm.testsuite.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Litmus tests of the memory model with real threads: what RVWMO forbids is never seen. {@code
 * -Dcapvm.litmus.rounds=N} says how often each shape is tried in translated code.
 *
 * <p>What was seen of what RVWMO allows goes to {@code target/litmus-ENGINE.txt}: with none of it,
 * the threads did not run at the same time, and the test proved nothing.
 */
class LitmusTest {
  private static final Path SOURCE = Path.of("src/test/litmus/litmus.c");
  private static final Path COMPILED = Path.of("target/litmus-compiled.txt").toAbsolutePath();

  private static final int ROUNDS =
      SuiteSize.number("capvm.litmus.rounds", 10_000, 100_000, 10_000_000);

  private static final int INTERPRETED_ROUNDS = Math.max(1, ROUNDS / 100);

  /** 10^5 rounds take 10 s, and ten times as long on one processor. */
  private static final int SECONDS = SuiteSize.choose(600, 600, 6 * 3600);

  /**
   * Makes C2 compile the threads' loops within the first of their rounds, and tells what it did.
   */
  private static final String EARLY_C2 =
      "-XX:CompileCommand=CompileThresholdScaling,guest*::*,0.002"
          + " -XX:CompileCommand=BackgroundCompilation,guest*::*,false"
          + " -Xlog:jit+compilation=debug:file="
          + COMPILED;

  /**
   * A line of the program's output.
   *
   * @param code addresses of the functions that its threads ran, hexadecimal
   */
  private record Result(
      String shape, boolean forbidden, long seen, long rounds, List<String> code) {
    static Result of(String line) {
      List<String> words = List.of(line.split(" "));
      return new Result(
          words.get(0),
          words.get(1).equals("forbidden"),
          Long.parseLong(words.get(2)),
          Long.parseLong(words.get(3)),
          words.subList(4, words.size()));
    }
  }

  @TestFactory
  Stream<DynamicTest> translated() throws IOException, InterruptedException {
    if (!System.getenv().getOrDefault(Capvm.JVM_OPTIONS, "").isEmpty()) {
      return run(Engine.TRANSLATED, List.of(), ROUNDS).stream().map(LitmusTest::test);
    }
    List<Result> results =
        run(Engine.TRANSLATED, List.of("env", Capvm.JVM_OPTIONS + "=" + EARLY_C2), ROUNDS);
    String compilations = Files.readString(COMPILED);
    return Stream.concat(
        results.stream().map(LitmusTest::test),
        Stream.of(dynamicTest("under C2", () -> checkCompiled(results, compilations))));
  }

  @TestFactory
  Stream<DynamicTest> interpreted() throws IOException, InterruptedException {
    return Boolean.getBoolean("capvm.translated")
        ? Stream.empty()
        : run(Engine.INTERPRETER, List.of(), INTERPRETED_ROUNDS).stream().map(LitmusTest::test);
  }

  private static List<Result> run(Engine engine, List<String> prefix, int rounds)
      throws IOException, InterruptedException {
    Path program = Path.of("target/litmus").toAbsolutePath();
    Command.make(
        List.of("riscv64-linux-gnu-gcc", "-O2", "-Wall", "-static", "-pthread", SOURCE.toString()),
        program);
    List<String> words = new ArrayList<>(prefix);
    List<String> arguments = List.of(program.toString(), Integer.toString(rounds));
    words.addAll(Capvm.run(engine, List.of(), arguments).words());
    Outcome outcome = new Command(words).withSeconds(SECONDS).run();
    assertEquals(0, outcome.status(), outcome::errorText);
    Files.write(Path.of("target/litmus-" + engine + ".txt"), outcome.output());
    List<Result> results = outcome.outputText().lines().map(Result::of).toList();
    assertFalse(results.isEmpty());
    return results;
  }

  private static DynamicTest test(Result result) {
    return dynamicTest(result.toString(), () -> check(result));
  }

  /** C2, which is tier 4, has compiled the code of every thread. */
  private static void checkCompiled(List<Result> results, String compilations) {
    for (Result result : results) {
      for (String address : result.code()) {
        assertTrue(
            Pattern.compile(" 4 +guest\\S*::f_" + address + "\\b").matcher(compilations).find(),
            () -> "C2 did not compile the thread at " + address + " of " + result.shape());
      }
    }
  }

  private static void check(Result result) {
    if (result.forbidden()) {
      assertEquals(0, result.seen(), "forbidden outcomes of " + result.shape());
    }
  }
}
