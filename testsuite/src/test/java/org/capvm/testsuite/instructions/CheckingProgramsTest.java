package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The self-checking programs pass wherever riscv64 programs run. */
@Tag("slow")
class CheckingProgramsTest {
  private static final Path FOLDER = Path.of("target/isa").toAbsolutePath();

  private static List<Path> programs;

  @BeforeAll
  static void build() {
    programs = CheckingPrograms.build(FOLDER);
  }

  @Test
  void passUnderQemu() {
    List<String> failures =
        programs.parallelStream()
            .map(CheckingProgramsTest::qemu)
            .filter(outcome -> outcome.status() != 0)
            .map(Outcome::errorText)
            .toList();
    assertEquals(List.of(), failures);
  }

  @Test
  void passOnBothEngines() throws InterruptedException {
    Outcome outcome = Capvm.command("verify", "--elf", FOLDER.toString(), "--engine", "both").run();
    String last = outcome.outputText().lines().toList().getLast();
    assertEquals(
        "%d passed, 0 failed, 0 skipped".formatted(2 * programs.size()),
        last,
        () -> outcome.outputText() + outcome.errorText());
    assertEquals(0, outcome.status());
  }

  /** A wrong result, flag or trap is seen, and the status says in which check. */
  @Test
  void failOnAWrongState() {
    List<String> unseen = new ArrayList<>();
    for (CheckingProgram program : CheckingProgram.all()) {
      if (program.name().equals("fadd.d") || program.name().equals("memory-traps")) {
        for (String column : List.of("sp", "a0", "fa0", "fcsr", "m1", "trap")) {
          Path wrong = CheckingPrograms.build(wrong(program, column), FOLDER.resolve("wrong"));
          int status = qemu(wrong).status();
          if (status != program.checks().size()) {
            unseen.add("%s, %s: status %d".formatted(program.name(), column, status));
          }
        }
      }
    }
    assertEquals(List.of(), unseen);
  }

  /** The program with another expected state in the last case of its last check. */
  private static CheckingProgram wrong(CheckingProgram program, String column) {
    List<Recording> checks = new ArrayList<>(program.checks());
    Recording last = checks.removeLast();
    List<Recording.Case> cases = new ArrayList<>(last.cases());
    Recording.Case one = cases.removeLast();
    long[] after = one.after().clone();
    after[State.index(column)] ^= 1;
    cases.add(new Recording.Case(one.before(), after));
    int[] outputs = IntStream.range(0, State.SIZE).toArray();
    checks.add(new Recording(last.title(), last.code(), last.inputs(), outputs, cases));
    return new CheckingProgram(program.name(), program.catchesTraps(), checks);
  }

  private static Outcome qemu(Path program) {
    try {
      return new Command(List.of("qemu-riscv64", program.toString())).run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
