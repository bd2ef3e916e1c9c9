package org.capvm.testsuite.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.programs.Inputs.Size;
import org.capvm.testsuite.roots.DebianRoot;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Unmodified programs of Debian through {@code cvm run}, against qemu-riscv64 on the same binaries.
 *
 * <p>Small inputs on both engines every day; the nightly size adds the full inputs in translated
 * mode. {@code -Dcapvm.programs=NAME,NAME} picks programs.
 */
@Tag("slow")
class ProgramsTest {
  private static final WorkFolder SMALL = WorkFolder.empty();
  private static final WorkFolder FULL = WorkFolder.empty();

  @BeforeAll
  static void writeInputs() {
    Inputs.write(SMALL.path(), Size.SMALL);
    Inputs.write(FULL.path(), Size.FULL);
  }

  @AfterAll
  static void deleteInputs() {
    SMALL.close();
    FULL.close();
  }

  @TestFactory
  Stream<DynamicTest> translatedSmall() {
    return tests(Engine.TRANSLATED, Size.SMALL);
  }

  @TestFactory
  Stream<DynamicTest> interpretedSmall() {
    return tests(Engine.INTERPRETER, Size.SMALL);
  }

  @TestFactory
  Stream<DynamicTest> translatedFull() {
    return SuiteSize.isNightly() ? tests(Engine.TRANSLATED, Size.FULL) : Stream.empty();
  }

  private static Stream<DynamicTest> tests(Engine engine, Size size) {
    String chosen = System.getProperty("capvm.programs", "");
    return ProgramCases.ALL.stream()
        .filter(c -> chosen.isEmpty() || List.of(chosen.split(",")).contains(c.name()))
        .map(c -> dynamicTest(c.name(), () -> check(c, engine, size)));
  }

  private static void check(ProgramCase program, Engine engine, Size size)
      throws InterruptedException {
    WorkFolder inputs = size == Size.SMALL ? SMALL : FULL;
    Outcome expected = Reference.of(program, size, inputs.path());
    try (WorkFolder work = WorkFolder.copyOf(inputs.path())) {
      Outcome actual =
          cvm(engine, work, program.program(), program.arguments(size))
              .withInput(Reference.input(program, size, inputs.path()))
              .withSeconds(300)
              .run();
      assertEquals(expected.outputText(), actual.outputText(), actual::errorText);
      assertArrayEquals(expected.output(), actual.output(), actual::errorText);
      assertEquals(expected.status(), actual.status(), actual::errorText);
    }
  }

  /** A program of the root folder through {@code cvm run}, in a folder that it may write to. */
  static Command cvm(Engine engine, WorkFolder work, String program, List<String> arguments) {
    List<String> options =
        List.of(
            "--root",
            DebianRoot.path().toString(),
            "--volume",
            work.path() + ":/work:rw",
            "--workdir",
            "/work");
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(arguments);
    return Capvm.run(engine, options, words);
  }
}
