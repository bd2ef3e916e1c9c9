package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
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
              byte[] output = engine.apply(program);
              assertEquals(
                  digest,
                  RecordedResults.digest(output),
                  () -> "seed " + seed + "\n" + FailureReport.disassembly(program));
            });
  }

  @Test
  void translatedCodeDoesWhatTheInterpreterDoes() {
    long first = Long.getLong("capvm.random.first", 1000);
    for (long seed = first; seed < first + COUNT; seed++) {
      compare("seed-" + seed, ProgramGenerator.generate(seed), Engines::translated);
    }
  }

  @Test
  void registersAreRecoveredAtEveryPoll() {
    long first = Long.getLong("capvm.random.first", 1000);
    for (long seed = first; seed < first + COUNT; seed++) {
      compare("poll-" + seed, ProgramGenerator.generate(seed), Engines::interrupted);
    }
  }

  @Test
  void registersAreRecoveredAtEveryFault() {
    long first = Long.getLong("capvm.random.first", 1000);
    for (long seed = first; seed < first + COUNT; seed++) {
      compare(
          "fault-" + seed,
          ProgramGenerator.generate(seed),
          Engines::faultingInterpreter,
          Engines::faultingTranslated);
    }
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
                      assertArrayEquals(
                          Engines.faultingInterpreter(program),
                          Engines.faultingTranslated(program));
                    }));
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
