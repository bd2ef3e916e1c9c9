package org.capvm.testsuite.random;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.emit.Variant;

/**
 * The ways to run a random program; each returns what it wrote, and what its kernel saw at its
 * checkpoints.
 */
final class Engines {
  private Engines() {}

  /** What happens to a hart between its making and its end. */
  private interface Setting {
    void prepare(CodeMap code, Hart hart);
  }

  private static byte[] run(
      TestProgram program, Function<Window, ProgramKernel> kernels, Setting setting) {
    try (Window window = program.load()) {
      ProgramKernel kernel = kernels.apply(window);
      CodeMap code = new CodeMap(window);
      Hart hart = code.newHart(window, kernel);
      setting.prepare(code, hart);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      return kernel.outputAndCheckpoints();
    }
  }

  /** The same where capabilities lie in memory; which of them are left is part of the result. */
  private static byte[] runWithTags(TestProgram program, Setting setting) {
    try (Window window = program.load(true)) {
      PlantedTags tags = new PlantedTags(window, Arrays.hashCode(program.assembly().text()));
      ProgramKernel kernel = new ProgramKernel();
      CodeMap code = new CodeMap(window);
      Hart hart = code.newHart(window, kernel);
      setting.prepare(code, hart);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      byte[] seen = kernel.outputAndCheckpoints();
      byte[] left = tags.left();
      return ByteBuffer.allocate(seen.length + left.length).put(seen).put(left).array();
    }
  }

  private static byte[] run(TestProgram program, Setting setting) {
    return run(program, window -> new ProgramKernel(), setting);
  }

  /** Our interpreter. */
  static byte[] interpreter(TestProgram program) {
    return run(program, (code, hart) -> {});
  }

  /** Translated code, and the interpreter for what was not found. */
  static byte[] translated(TestProgram program) {
    return run(program, (code, hart) -> program.publish(code, Variant.FAST));
  }

  /** Code translated so that its faults are precise. */
  static byte[] precise(TestProgram program) {
    return run(program, (code, hart) -> program.publish(code, Variant.PRECISE));
  }

  /**
   * The interpreter, which enters translated code at the heads of loops, as it does after frames
   * were dropped.
   */
  static byte[] resumed(TestProgram program) {
    return run(program, (code, hart) -> program.publishLoops(code));
  }

  /**
   * Translated code that is left at random polls: the register file goes to the hart, and execution
   * goes on in the interpreter until it reaches translated code again.
   */
  static byte[] interrupted(TestProgram program) {
    Interrupter[] interrupter = new Interrupter[1];
    try {
      return run(
          program,
          (code, hart) -> {
            program.publish(code, Variant.FAST);
            interrupter[0] = new Interrupter(hart);
            interrupter[0].start();
          });
    } finally {
      if (interrupter[0] != null) {
        interrupter[0].close();
      }
    }
  }

  /** Our interpreter, with a {@link FaultingKernel}. */
  static byte[] faultingInterpreter(TestProgram program) {
    return run(program, FaultingKernel::new, (code, hart) -> {});
  }

  /** Precise translated code, with a {@link FaultingKernel}. */
  static byte[] faultingTranslated(TestProgram program) {
    return run(
        program, FaultingKernel::new, (code, hart) -> program.publish(code, Variant.PRECISE));
  }

  /** Our interpreter, in memory with tags. */
  static byte[] taggedInterpreter(TestProgram program) {
    return runWithTags(program, (code, hart) -> {});
  }

  /** Translated code whose stores clear tags. */
  static byte[] tagClearing(TestProgram program) {
    return runWithTags(program, (code, hart) -> program.publish(code, Variant.TAG_CLEARING));
  }

  /** The same whose faults are precise. */
  static byte[] preciseTagClearing(TestProgram program) {
    return runWithTags(
        program, (code, hart) -> program.publish(code, Variant.PRECISE_TAG_CLEARING));
  }

  /** User-mode qemu, which shows only what the program wrote. */
  static byte[] qemu(TestProgram program) {
    return Qemu.run(List.of(program.assembly())).getFirst();
  }
}
