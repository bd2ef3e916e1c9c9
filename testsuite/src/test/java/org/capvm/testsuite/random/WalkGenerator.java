package org.capvm.testsuite.random;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/**
 * Generates loops that walk through the scratch buffer with several pointers in constant steps, as
 * compilers make them of loops over arrays: what a translator may check once for many iterations.
 */
final class WalkGenerator {
  /** Nothing that such a loop is made of needs them otherwise. */
  private static final List<Integer> POINTERS =
      List.of(Registers.TEMPORARY, Registers.TEMPORARY_2, Registers.DEPTH);

  private static final List<Integer> STRIDES = List.of(1, 1, 2, 3, 4, 8, 8, 16, 24, 0, -1, -4, -8);

  /** How far pointers go from the middle of the buffer; offsets and an access fit beyond. */
  private static final int REACH = Layout.BUFFER_SIZE / 2 - 128;

  private final Random random;
  private final InstructionGenerator instructions;

  WalkGenerator(Random random, InstructionGenerator instructions) {
    this.random = random;
    this.instructions = instructions;
  }

  /**
   * A loop.
   *
   * @param most iterations that it may have
   */
  Statement.Loop walk(int counter, int most) {
    int pointers = 1 + random.nextInt(POINTERS.size());
    List<Integer> strides = new ArrayList<>();
    for (int p = 0; p < pointers; p++) {
      strides.add(STRIDES.get(random.nextInt(STRIDES.size())));
    }
    int fastest = strides.stream().mapToInt(Math::abs).max().orElseThrow();
    int count = 1 + random.nextInt(Math.min(most, 2 * REACH / Math.max(1, fastest)));
    List<Code> setup = new ArrayList<>();
    List<Statement> body = new ArrayList<>();
    for (int p = 0; p < pointers; p++) {
      int pointer = POINTERS.get(p);
      int travel = count * strides.get(p);
      int start = random.nextInt(-REACH - Math.min(0, travel), REACH - Math.max(0, travel) + 1);
      setup.add(Code.immediate(Opcode.ADDI, pointer, Registers.BUFFER, start));
      for (int k = random.nextInt(3); k >= 0; k--) {
        body.add(plain(instructions.accessThrough(pointer)));
      }
      if (strides.get(p) != 0) {
        body.add(plain(Code.immediate(Opcode.ADDI, pointer, pointer, strides.get(p))));
      }
    }
    for (int k = random.nextInt(4); k > 0; k--) {
      body.add(other(POINTERS.get(random.nextInt(pointers))));
    }
    Collections.shuffle(body, random);
    return new Statement.Loop(setup, counter, count, random.nextBoolean(), List.copyOf(body));
  }

  private Statement other(int pointer) {
    return switch (random.nextInt(6)) {
      case 0 -> new Statement.BreakIf(instructions.condition());
      case 1 ->
          new Statement.If(
              instructions.condition(),
              List.of(plain(instructions.accessThrough(pointer))),
              random.nextBoolean() ? List.of() : List.of(plain(instructions.computation())));
      default -> plain(instructions.computation());
    };
  }

  private static Statement.Plain plain(Code code) {
    return new Statement.Plain(List.of(code));
  }
}
