package org.capvm.testsuite.random;

import java.util.Arrays;
import java.util.function.Function;

/** A way to run random programs, and what it is held to. */
enum Way {
  QEMU(1, Engines::qemu, Way::interpretedOutput),
  TRANSLATED(1, TestProgram::interpreted, Engines::translated),
  INTERRUPTED(2, TestProgram::interpreted, Engines::interrupted),
  RESUMED(8, TestProgram::interpreted, Engines::resumed),
  PRECISE(4, TestProgram::interpreted, Engines::precise),
  FAULTING(4, Engines::faultingInterpreter, Engines::faultingTranslated),
  TAG_CLEARING(4, Engines::taggedInterpreter, Engines::tagClearing),
  PRECISE_TAG_CLEARING(16, Engines::taggedInterpreter, Engines::preciseTagClearing);

  private final int every;
  private final Function<TestProgram, byte[]> reference;
  private final Function<TestProgram, byte[]> engine;

  Way(int every, Function<TestProgram, byte[]> reference, Function<TestProgram, byte[]> engine) {
    this.every = every;
    this.reference = reference;
    this.engine = engine;
  }

  /** Of how many programs one runs this way: those that the others leave time for. */
  boolean takes(long seed) {
    return seed % every == 0;
  }

  byte[] expected(TestProgram program) {
    return reference.apply(program);
  }

  byte[] actual(TestProgram program) {
    return engine.apply(program);
  }

  /** Whether the engine does something else than what it is held to, or throws. */
  boolean differs(TestProgram program) {
    byte[] expected = expected(program);
    try {
      return !Arrays.equals(expected, actual(program));
    } catch (RuntimeException | Error e) {
      return true;
    }
  }

  /** What qemu shows of a program, too. */
  private static byte[] interpretedOutput(TestProgram program) {
    return Arrays.copyOf(program.interpreted(), Layout.OUTPUT_SIZE);
  }
}
