package org.capvm.testsuite.jit;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.jvm.TestJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Instructions, loops, calls and random programs in every {@link JitMode}. The nightly size takes
 * all recorded cases, 2,000 programs and another seed each time; {@code -Dcapvm.jit.seed=N} is the
 * seed to replay.
 */
@Tag("slow")
class JitModesTest {
  private static final boolean FULL = SuiteSize.isNightly();

  private static final long SEED =
      Long.getLong("capvm.jit.seed", FULL ? System.nanoTime() & 0x7fff_ffff : 1);

  private static final int SECONDS = FULL ? 7200 : 600;

  private static final List<String> TESTS =
      List.of(
          "org.capvm.testsuite.instructions.TranslatedInstructionsTest",
          "org.capvm.testsuite.loops.StridedLoopTest",
          "org.capvm.testsuite.loops.LoopEdgesTest",
          "org.capvm.testsuite.calls.CallSiteTest",
          "org.capvm.testsuite.random.RandomProgramsTest");

  @ParameterizedTest
  @EnumSource
  void everythingPasses(JitMode mode) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(mode.options(SEED));
    if (!FULL) {
      options.add("-Dcapvm.instructions.cases=" + (mode == JitMode.INTERPRETER ? 8 : 24));
      options.add("-Dcapvm.random.count=" + (mode == JitMode.INTERPRETER ? 200 : 30));
    } else {
      options.add("-Dcapvm.random.count=2000");
    }
    long start = System.nanoTime();
    TestJvm.Failure failure =
        new TestJvm(Path.of("target/jit", mode.name()).toAbsolutePath(), options, SECONDS)
            .run(TESTS);
    System.out.printf("%-12s seed %d: %.0f s%n", mode, SEED, (System.nanoTime() - start) / 1e9);
    assertNull(failure, () -> "seed " + SEED);
  }
}
