package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.Test;

/** The shrinker on failures that need only a part of a program. */
class ShrinkerTest {
  @Test
  void keepsTheStatementThatFails() {
    Predicate<RandomProgram> fails = program -> divisions(program) > 0;
    RandomProgram program = firstThat(fails);
    RandomProgram smaller = Shrinker.shrink(program, fails, 20);
    assertEquals(1, divisions(smaller));
    assertEquals(1, smaller.functions().stream().mapToInt(f -> f.body().size()).sum());
  }

  @Test
  void shrunkProgramsStillEnd() {
    Predicate<RandomProgram> fails =
        program ->
            TestProgram.of(program).interpreted().length > Layout.OUTPUT_SIZE
                && divisions(program) > 0;
    RandomProgram smaller = Shrinker.shrink(firstThat(fails), fails, 20);
    assertTrue(fails.test(smaller));
  }

  private static RandomProgram firstThat(Predicate<RandomProgram> condition) {
    long seed = 0;
    while (!condition.test(ProgramGenerator.generate(seed))) {
      seed++;
    }
    return ProgramGenerator.generate(seed);
  }

  private static long divisions(RandomProgram program) {
    return program.functions().stream()
        .mapToLong(function -> Statements.count(function.body(), ShrinkerTest::isDivision))
        .sum();
  }

  private static boolean isDivision(Statement statement) {
    return statement instanceof Statement.Plain plain
        && List.of(Opcode.DIV, Opcode.REM).contains(plain.codes().getFirst().opcode());
  }
}
