package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Random programs under every engine.
 *
 * <p>{@code -Dcapvm.random.count} sets how many, {@code -Dcapvm.random.first} the first seed. The
 * nightly size takes ten times as many, and asks qemu where no result is recorded.
 *
 * <p>{@code -Dcapvm.bless=true} records qemu's results again. That is needed whenever a change of
 * the generator makes other programs of the same seeds.
 */
class RandomProgramsTest {
  private static final boolean FULL = SuiteSize.isNightly();

  private static final int COUNT = SuiteSize.number("capvm.random.count", 2000, 2000, 20_000);

  private static final long FIRST = Long.getLong("capvm.random.first", 0);

  /** So many programs have every instruction everywhere, ten times and more. */
  private static final int ENOUGH_TO_COVER_ALL = 2000;

  private static final int SHRINK_SECONDS = Integer.getInteger("capvm.random.shrink", 30);

  @BeforeAll
  static void bless() throws IOException, InterruptedException {
    if (Boolean.getBoolean("capvm.bless")) {
      RecordedResults.record();
    }
  }

  @Test
  void everyEngineDoesTheSame() {
    RecordedResults recorded = RecordedResults.read();
    Coverage coverage = new Coverage();
    LongStream.range(FIRST, FIRST + COUNT)
        .parallel()
        .forEach(seed -> check(seed, recorded, coverage));
    System.out.print(coverage.summary());
    if (COUNT >= ENOUGH_TO_COVER_ALL) {
      for (Coverage.Place place : Coverage.Place.values()) {
        assertEquals(Set.of(), coverage.missing(place), place::name);
      }
    }
  }

  private static void check(long seed, RecordedResults recorded, Coverage coverage) {
    RandomProgram source = ProgramGenerator.generate(seed);
    TestProgram program = TestProgram.of(source);
    for (Way way : Way.values()) {
      if (way.takes(seed) && (way != Way.QEMU || asksQemu(seed, program, recorded))) {
        if (way.differs(program)) {
          report(seed, way, source);
        }
      }
    }
    if (recorded.has(seed)) {
      assertTrue(
          recorded.agree(seed, Way.QEMU.actual(program)),
          () -> "seed %d has another program than the recorded one: bless".formatted(seed));
    }
    coverage.add(program.discovered().functions());
    if (Way.RESUMED.takes(seed)) {
      coverage.addResumed(program.loops());
    }
  }

  /** Whether the recorded result does not say enough. */
  private static boolean asksQemu(long seed, TestProgram program, RecordedResults recorded) {
    if (!recorded.has(seed)) {
      return FULL;
    }
    try {
      return !recorded.agree(seed, Way.QEMU.actual(program));
    } catch (RuntimeException | Error e) {
      return true;
    }
  }

  /** Shrinks the program, saves it and fails. */
  private static void report(long seed, Way way, RandomProgram program) {
    RandomProgram smaller =
        Shrinker.shrink(
            program, candidate -> way.differs(TestProgram.of(candidate)), SHRINK_SECONDS);
    TestProgram shown = TestProgram.of(smaller);
    byte[] actual = null;
    Throwable thrown = null;
    try {
      actual = way.actual(shown);
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    fail(FailureReport.write(way, seed, shown.assembly(), way.expected(shown), actual), thrown);
  }

  @TestFactory
  Stream<DynamicTest> savedCases() {
    return SavedCases.all().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      TestProgram program = new TestProgram(SavedCases.read(file));
                      for (Way way : Way.values()) {
                        assertArrayEquals(way.expected(program), way.actual(program), way::name);
                      }
                    }));
  }
}
