package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
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
 * <p>{@code -Dcapvm.random.count} sets how many, {@code -Dcapvm.random.first} the first seed. All
 * sizes but the everyday one ask qemu where no result is recorded.
 *
 * <p>{@code -Dcapvm.bless=true} records qemu's results again. That is needed whenever a change of
 * the generator makes other programs of the same seeds.
 */
class RandomProgramsTest {
  private static final int COUNT = SuiteSize.number("capvm.random.count", 600, 20_000, 200_000);

  private static final long FIRST = Long.getLong("capvm.random.first", 0);

  /** So many programs have every instruction everywhere, several times. */
  private static final int ENOUGH_TO_COVER_ALL = 600;

  /** How many programs one start of qemu is for. */
  private static final int TOGETHER = 20;

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
    ProgramStatistics statistics = new ProgramStatistics();
    LongStream.range(0, (COUNT + TOGETHER - 1) / TOGETHER)
        .map(group -> FIRST + group * TOGETHER)
        .parallel()
        .forEach(
            first -> {
              long end = Math.min(first + TOGETHER, FIRST + COUNT);
              checkAll(first, end, recorded, coverage, statistics);
            });
    System.out.print(statistics.summary() + coverage.summary());
    assertTrue(statistics.shortest() >= ProgramGenerator.SHORTEST);
    assertTrue(statistics.longest() <= ProgramGenerator.LONGEST);
    if (COUNT >= ENOUGH_TO_COVER_ALL) {
      assertEquals(Set.of(), statistics.missing());
      for (Coverage.Place place : Coverage.Place.values()) {
        assertEquals(Set.of(), coverage.missing(place), place::name);
      }
    }
  }

  /** What callees leave in registers that the ABI gives them, called directly and by address. */
  @Test
  void everyEngineLeavesTheSameInRegisters() {
    RecordedResults recorded = RecordedResults.read();
    Coverage coverage = new Coverage();
    ProgramStatistics statistics = new ProgramStatistics();
    long start = ProgramGenerator.LEFTOVERS + FIRST;
    LongStream.range(0, (COUNT / 10 + TOGETHER - 1) / TOGETHER)
        .map(group -> start + group * TOGETHER)
        .parallel()
        .forEach(first -> checkAll(first, first + TOGETHER, recorded, coverage, statistics));
    System.out.print("leftovers of calls: " + statistics.summary());
  }

  /** Checks the programs of seeds from {@code first} to before {@code end}. */
  private static void checkAll(
      long first,
      long end,
      RecordedResults recorded,
      Coverage coverage,
      ProgramStatistics statistics) {
    List<RandomProgram> sources =
        LongStream.range(first, end).mapToObj(ProgramGenerator::generate).toList();
    List<TestProgram> programs = sources.stream().map(TestProgram::of).toList();
    long start = System.nanoTime();
    List<byte[]> outputs =
        SuiteSize.chosen() == SuiteSize.EVERYDAY || recorded.has(end - 1)
            ? List.of()
            : Qemu.run(programs.stream().map(TestProgram::assembly).toList());
    statistics.addTime(Way.QEMU, System.nanoTime() - start);
    for (int i = 0; i < programs.size(); i++) {
      RandomProgram source = sources.get(i);
      TestProgram program = programs.get(i);
      byte[] output = outputs.isEmpty() ? null : outputs.get(i);
      checkOutput(source, program, output, recorded);
      checkEngines(source, program, statistics);
      statistics.add(source, program.assembly());
      coverage.add(program.discovered().functions());
      if (Way.RESUMED.takes(source.seed())) {
        coverage.addResumed(program.loops());
      }
    }
  }

  /**
   * Holds the interpreter to qemu.
   *
   * @param output what qemu just wrote, or null
   */
  private static void checkOutput(
      RandomProgram source, TestProgram program, byte[] output, RecordedResults recorded) {
    long seed = source.seed();
    boolean agrees;
    try {
      byte[] actual = Way.QEMU.actual(program);
      agrees =
          (output == null || Arrays.equals(output, actual))
              && (!recorded.has(seed) || recorded.agree(seed, actual));
    } catch (RuntimeException | Error e) {
      agrees = false;
    }
    if (!agrees) {
      if (Way.QEMU.differs(program)) {
        report(seed, Way.QEMU, source);
      }
      fail("seed %d has another program than the recorded one: bless".formatted(seed));
    }
  }

  private static void checkEngines(
      RandomProgram source, TestProgram program, ProgramStatistics statistics) {
    for (Way way : Way.values()) {
      if (way != Way.QEMU && way.takes(source.seed())) {
        long start = System.nanoTime();
        if (way.differs(program)) {
          report(source.seed(), way, source);
        }
        statistics.addTime(way, System.nanoTime() - start);
      }
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
