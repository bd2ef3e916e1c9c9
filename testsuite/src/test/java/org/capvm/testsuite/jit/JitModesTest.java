package org.capvm.testsuite.jit;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.capvm.testsuite.jvm.TestJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The suites on reduced inputs in every {@link JitMode}, two modes at a time. The nightly size
 * takes all recorded cases, 2,000 programs and another seed each time; {@code -Dcapvm.jit.seed=N}
 * is the seed to replay.
 */
@Tag("slow")
class JitModesTest {
  private static final long SEED =
      Long.getLong("capvm.jit.seed", SuiteSize.isNightly() ? System.nanoTime() & 0x7fff_ffff : 1);

  private static final int SECONDS = SuiteSize.choose(2400, 2400, 14400);

  /** What single instructions and whole programs do. */
  private static final List<String> INSTRUCTIONS_AND_PROGRAMS =
      List.of(
          "org.capvm.testsuite.instructions.InterpretedInstructionsTest",
          "org.capvm.testsuite.instructions.TranslatedInstructionsTest",
          "org.capvm.testsuite.random.RandomProgramsTest",
          "org.capvm.testsuite.attack.TagRacesTest");

  /** The other suites; where nothing is compiled they find nothing that others do not. */
  private static final List<String> OTHERS =
      List.of(
          "org.capvm.testsuite.instructions.FastFormsTest",
          "org.capvm.testsuite.loops.StridedLoopTest",
          "org.capvm.testsuite.loops.LoopEdgesTest",
          "org.capvm.testsuite.calls.CallSiteTest",
          "org.capvm.testsuite.capability.VectorsTest",
          "org.capvm.testsuite.capability.RandomCodeTest",
          "org.capvm.testsuite.capability.CapabilityProgramsTest",
          "org.capvm.testsuite.guest.GuestProgramsTest",
          "org.capvm.testsuite.litmus.LitmusTest");

  /** Most of what they run has one thread, and waits for the compiler. */
  private static final int TOGETHER = 2;

  private static final ExecutorService RUNS = Executors.newFixedThreadPool(TOGETHER);

  private static final Map<JitMode, Future<TestJvm.Failure>> FAILURES =
      new EnumMap<>(JitMode.class);

  @BeforeAll
  static void start() {
    for (JitMode mode : JitMode.values()) {
      FAILURES.put(mode, RUNS.submit(() -> run(mode)));
    }
  }

  @AfterAll
  static void stop() {
    RUNS.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void everythingPasses(JitMode mode) throws ExecutionException, InterruptedException {
    assertNull(FAILURES.get(mode).get(), () -> "seed " + SEED);
  }

  private static TestJvm.Failure run(JitMode mode) throws IOException, InterruptedException {
    boolean isCompiled = mode != JitMode.INTERPRETER;
    List<String> tests = new ArrayList<>(INSTRUCTIONS_AND_PROGRAMS);
    if (isCompiled) {
      tests.addAll(OTHERS);
    }
    List<String> options = new ArrayList<>(mode.options(SEED));
    options.add("-Dcapvm.translated=true");
    int rounds = isCompiled ? 200_000 : 20_000;
    options.add("-Dcapvm.races.rounds=" + SuiteSize.choose(rounds, rounds, 10_000_000));
    options.add("-Dcapvm.litmus.rounds=" + SuiteSize.choose(1000, 1000, 100_000));
    int programs = isCompiled ? 100 : 200;
    options.add("-Dcapvm.random.count=" + SuiteSize.choose(programs, programs, 2000));
    if (!SuiteSize.isNightly()) {
      // They take minutes: each runs in one of the modes.
      options.add("-Dcapvm.guest.every=" + (JitMode.values().length - 1));
      options.add("-Dcapvm.guest.first=" + (mode.ordinal() - 1));
      options.add("-Dcapvm.instructions.cases=" + (isCompiled ? 12 : 8));
    }
    Path folder = Path.of("target/jit", mode.name()).toAbsolutePath();
    TestJvm jvm = new TestJvm(folder, options, mode.options(SEED), SECONDS);
    long start = System.nanoTime();
    TestJvm.Failure failure = jvm.run(tests);
    System.out.printf("%-12s seed %d: %.0f s%n", mode, SEED, (System.nanoTime() - start) / 1e9);
    return failure;
  }
}
