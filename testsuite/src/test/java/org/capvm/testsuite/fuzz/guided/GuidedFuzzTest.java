package org.capvm.testsuite.fuzz.guided;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Inputs that Jazzer finds: no target fails. {@code -Dcapvm.guided.seconds=N} is how long each is
 * tried. An input that fails is in {@code target/guided/TARGET}, named {@code crash-} or {@code
 * timeout-} by its hash.
 */
@Tag("slow")
class GuidedFuzzTest {
  private static final int SECONDS = SuiteSize.number("capvm.guided.seconds", 10, 10, 1200);

  /** To start, and to read what is saved. */
  private static final int START_SECONDS = 600;

  private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+) ft: (\\d+)");
  private static final Pattern RUNS = Pattern.compile("number_of_executed_units: (\\d+)");

  /** Fewer edges than any target has: classes that are not instrumented have none. */
  private static final int FEW_EDGES = 20;

  @ParameterizedTest
  @EnumSource
  void nothingIsFound(GuidedTarget target) {
    Path folder = Path.of("target/guided", target.name()).toAbsolutePath();
    WorkerJvm jvm = new WorkerJvm(GuidedWorker.class, folder, SECONDS + START_SECONDS);
    int status = jvm.run(target.name(), Integer.toString(SECONDS));
    String errors = jvm.left("errors");
    assertEquals(0, status, () -> target + ", see " + folder + "\n" + errors);
    int edges = last(COVERAGE, errors);
    System.out.printf("%-14s %,10d inputs, %,6d edges%n", target, last(RUNS, errors), edges);
    assertTrue(edges > FEW_EDGES, () -> target + " is not instrumented\n" + errors);
  }

  private static int last(Pattern pattern, String text) {
    MatchResult last =
        pattern
            .matcher(text)
            .results()
            .reduce((a, b) -> b)
            .orElseThrow(() -> new AssertionError(text));
    return Integer.parseInt(last.group(1));
  }
}
