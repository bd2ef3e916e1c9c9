package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Random programs under every engine.
 *
 * <p>{@code -Dcapvm.random.count} sets how many programs the engines are compared on (2,000 in
 * continuous integration), {@code -Dcapvm.random.first} the first seed.
 *
 * <p>{@code -Dcapvm.bless=true} records qemu's results again. That is needed whenever a change of
 * the generator makes other programs of the same seeds.
 */
class RandomProgramsTest {
  private static final int COUNT =
      Integer.getInteger("capvm.random.count", Boolean.getBoolean("capvm.full") ? 2000 : 200);

  /** Programs whose instructions are counted. */
  private static final int COVERED_SEEDS = 300;

  /** What traps or flushes code is no part of a random program. */
  private static final Set<Opcode> NEVER_GENERATED =
      EnumSet.of(Opcode.FENCE_I, Opcode.EBREAK, Opcode.ILLEGAL);

  /** Of how many programs one is also run in the other ways. */
  private static final int LESS_OFTEN = 4;

  private static final int SHRINK_SECONDS = 30;

  @BeforeAll
  static void bless() throws IOException, InterruptedException {
    if (Boolean.getBoolean("capvm.bless")) {
      RecordedResults.record();
    }
  }

  @Test
  void theInterpreterDoesWhatQemuDid() {
    checkRecorded(Engines::interpreter);
  }

  @Test
  void translatedCodeDoesWhatQemuDid() {
    checkRecorded(Engines::translated);
  }

  @Test
  void preciseCodeDoesWhatQemuDid() {
    checkRecorded(Engines::precise);
  }

  private static void checkRecorded(Function<Assembly, byte[]> engine) {
    RecordedResults.read()
        .forEach(
            (seed, digest) -> {
              Assembly program = ProgramAssembler.assemble(ProgramGenerator.generate(seed));
              byte[] output = Arrays.copyOf(engine.apply(program), Layout.OUTPUT_SIZE);
              assertEquals(
                  digest,
                  RecordedResults.digest(output),
                  () -> "seed " + seed + "\n" + FailureReport.disassembly(program));
            });
  }

  @Test
  void translatedCodeDoesWhatTheInterpreterDoes() {
    forEachSeed(
        COUNT,
        seed -> compare("seed-" + seed, ProgramGenerator.generate(seed), Engines::translated));
  }

  @Test
  void registersAreRecoveredAtEveryPoll() {
    forEachSeed(
        COUNT / LESS_OFTEN,
        seed -> compare("poll-" + seed, ProgramGenerator.generate(seed), Engines::interrupted));
  }

  @Test
  void codeEnteredInTheMiddleDoesWhatTheInterpreterDoes() {
    forEachSeed(
        COUNT / LESS_OFTEN,
        seed -> compare("resume-" + seed, ProgramGenerator.generate(seed), Engines::resumed));
  }

  /** The programs have every instruction that they can have, wherever it may be translated. */
  @Test
  void everyInstructionIsTranslatedEverywhere() {
    Coverage coverage = new Coverage();
    for (long seed = 0; seed < COVERED_SEEDS; seed++) {
      coverage.add(Engines.discover(ProgramAssembler.assemble(ProgramGenerator.generate(seed))));
    }
    System.out.print(coverage.summary());
    for (Coverage.Place place : Coverage.Place.values()) {
      Set<Opcode> missing = coverage.missing(place);
      if (place == Coverage.Place.STRAIGHT) {
        // They are retried until they succeed.
        missing.removeAll(List.of(Opcode.LR_W, Opcode.SC_W, Opcode.LR_D, Opcode.SC_D));
      }
      missing.removeAll(NEVER_GENERATED);
      assertEquals(Set.of(), missing, place::name);
    }
  }

  @Test
  void registersAreRecoveredAtEveryFault() {
    forEachSeed(
        COUNT / LESS_OFTEN,
        seed ->
            compare(
                "fault-" + seed,
                ProgramGenerator.generate(seed),
                Engines::faultingInterpreter,
                Engines::faultingTranslated));
  }

  @TestFactory
  Stream<DynamicTest> savedCases() {
    return SavedCases.all().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      Assembly program = SavedCases.read(file);
                      byte[] expected = Engines.interpreter(program);
                      assertArrayEquals(expected, Engines.translated(program));
                      assertArrayEquals(expected, Engines.interrupted(program));
                      assertArrayEquals(expected, Engines.resumed(program));
                      assertArrayEquals(
                          Engines.faultingInterpreter(program),
                          Engines.faultingTranslated(program));
                    }));
  }

  private static void forEachSeed(int count, LongConsumer check) {
    long first = Long.getLong("capvm.random.first", 1000);
    LongStream.range(first, first + Math.max(1, count)).parallel().forEach(check);
  }

  /** Compares an engine with the interpreter; shrinks and saves the program if they differ. */
  private static void compare(
      String name, RandomProgram program, Function<Assembly, byte[]> engine) {
    compare(name, program, Engines::interpreter, engine);
  }

  private static void compare(
      String name,
      RandomProgram program,
      Function<Assembly, byte[]> reference,
      Function<Assembly, byte[]> engine) {
    if (!differs(program, reference, engine)) {
      return;
    }
    RandomProgram smaller =
        Shrinker.shrink(
            program, candidate -> differs(candidate, reference, engine), SHRINK_SECONDS);
    Assembly assembly = ProgramAssembler.assemble(smaller);
    byte[] actual = null;
    Throwable thrown = null;
    try {
      actual = engine.apply(assembly);
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    fail(FailureReport.write(name, assembly, reference.apply(assembly), actual), thrown);
  }

  /** Whether the engine does something else than the reference, or throws. */
  private static boolean differs(
      RandomProgram program,
      Function<Assembly, byte[]> reference,
      Function<Assembly, byte[]> engine) {
    Assembly assembly = ProgramAssembler.assemble(program);
    byte[] expected = reference.apply(assembly);
    try {
      return !Arrays.equals(expected, engine.apply(assembly));
    } catch (RuntimeException | Error e) {
      return true;
    }
  }
}
