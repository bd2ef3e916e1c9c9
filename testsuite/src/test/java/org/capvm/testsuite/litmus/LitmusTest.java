package org.capvm.testsuite.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private static final int ROUNDS =
      SuiteSize.number("capvm.litmus.rounds", 10_000, 100_000, 10_000_000);
  private static final int INTERPRETED_ROUNDS = Math.max(1, ROUNDS / 100);

  /** A line of the program's output. */
  private record Result(String shape, boolean forbidden, long seen, long rounds) {
    static Result of(String line) {
      String[] words = line.split(" ");
      return new Result(
          words[0],
          words[1].equals("forbidden"),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]));
    }
  }

  @TestFactory
  Stream<DynamicTest> translated() throws IOException, InterruptedException {
    return tests(Engine.TRANSLATED, ROUNDS);
  }

  @TestFactory
  Stream<DynamicTest> interpreted() throws IOException, InterruptedException {
    return tests(Engine.INTERPRETER, INTERPRETED_ROUNDS);
  }

  private static Stream<DynamicTest> tests(Engine engine, int rounds)
      throws IOException, InterruptedException {
    Path program = Path.of("target/litmus").toAbsolutePath();
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-Wall",
                "-static",
                "-pthread",
                "-o",
                program.toString(),
                SOURCE.toString()))
        .succeed();
    List<String> words = List.of(program.toString(), Integer.toString(rounds));
    Outcome outcome = Capvm.run(engine, List.of(), words).withSeconds(600).run();
    assertEquals(0, outcome.status(), outcome::errorText);
    Files.write(Path.of("target/litmus-" + engine + ".txt"), outcome.output());
    List<Result> results = outcome.outputText().lines().map(Result::of).toList();
    assertFalse(results.isEmpty());
    return results.stream().map(r -> dynamicTest(r.toString(), () -> check(r)));
  }

  private static void check(Result result) {
    if (result.forbidden()) {
      assertEquals(0, result.seen(), "forbidden outcomes of " + result.shape());
    }
  }
}
