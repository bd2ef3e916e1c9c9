package org.capvm.testsuite.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The bytecode of every instruction and operand shape is what it was.
 *
 * <p>{@code -Dcapvm.bless=true} replaces the expectations; look at the difference before committing
 * it.
 */
class GoldenTest {
  @TestFactory
  Stream<DynamicTest> files() {
    return GoldenFile.all().stream()
        .map(file -> DynamicTest.dynamicTest(file.name(), () -> check(file)));
  }

  private static void check(GoldenFile file) throws InterruptedException {
    String actual = BytecodeText.of(file, GuestAssembly.program(file));
    if (Boolean.getBoolean("capvm.bless")) {
      file.bless(actual);
    } else if (!actual.equals(file.expected())) {
      fail(difference(file, actual));
    }
  }

  private static String difference(GoldenFile file, String actual) {
    List<String> expected = file.expected().lines().toList();
    List<String> found = actual.lines().toList();
    int line = 0;
    String method = "";
    while (line < Math.min(expected.size(), found.size())
        && expected.get(line).equals(found.get(line))) {
      method = Character.isLetter((found.get(line) + " ").charAt(0)) ? found.get(line) : method;
      line++;
    }
    return "%s, in %s:%nexpected %s%n     was %s%nSee testsuite/README.md to bless a change."
        .formatted(
            file.name(),
            method,
            line < expected.size() ? expected.get(line) : "its end",
            line < found.size() ? found.get(line) : "its end");
  }

  @Test
  void everyInstructionIsShown() throws InterruptedException {
    Set<Opcode> missing = EnumSet.allOf(Opcode.class);
    missing.removeIf(opcode -> opcode.family().isXcheri());
    for (GoldenFile file : GoldenFile.all()) {
      Program program = GuestAssembly.program(file);
      for (FunctionCode function : program.functions()) {
        for (BasicBlock block : function.blocks()) {
          block.instructions().forEach(i -> missing.remove(i.opcode()));
        }
      }
    }
    assertEquals(Set.of(), missing);
  }
}
