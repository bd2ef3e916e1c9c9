package org.capvm.testsuite.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Functions without capabilities become the same classes, byte for byte, whether the program has
 * others with capabilities or not. Those that lead to capabilities are left out.
 */
class CapabilityFreeFunctionsTest {
  private static final Pattern FIRST = Pattern.compile("(?m)^([a-z]\\w*):");

  /** One with a capability instruction in the middle, which calls another one, and its callers. */
  private static final String WITH_CAPABILITIES =
      """
      \t.text
      capabilities: addi sp, sp, -16
              sd      ra, 8(sp)
              beqz    a0, 1f
              .insn   r 0x5b, 0, 0x7f, a0, a0, x15
      1:      call    FIRST
              ld      ra, 8(sp)
              addi    sp, sp, 16
              ret
      caller: addi    sp, sp, -16
              sd      ra, 8(sp)
              jal     capabilities
              ld      ra, 8(sp)
              addi    sp, sp, 16
              ret
      jumper: j       caller
      brancher: bnez  a0, jumper
              ret
      """;

  /** Where functions have to do with each other, or stores with tags. */
  private static final Set<String> FILES =
      Set.of(
          "calls.txt",
          "frames.txt",
          "general-form.txt",
          "leftovers.txt",
          "precise.txt",
          "tables.txt",
          "tag-clearing.txt");

  private static final List<String> LEADING =
      List.of("capabilities", "caller", "jumper", "brancher");

  @TestFactory
  Stream<DynamicTest> classesAreTheSame() {
    return GoldenFile.all().stream()
        .filter(file -> FILES.contains(file.name()))
        .map(file -> DynamicTest.dynamicTest(file.name(), () -> compare(file)));
  }

  private static void compare(GoldenFile file) throws InterruptedException {
    Matcher first = FIRST.matcher(file.source());
    assertTrue(first.find());
    String source = file.source() + WITH_CAPABILITIES.replace("FIRST", first.group(1));
    GoldenFile both = new GoldenFile(file.path().resolveSibling("with-" + file.name()), source, "");
    List<String> all = names(Discovery.discover(GuestAssembly.image(both)));
    assertTrue(all.containsAll(LEADING), all.toString());

    Program expected = GuestAssembly.program(file);
    Program actual = Discovery.discoverWithoutCapabilities(GuestAssembly.image(both));
    assertEquals(names(expected), names(actual));
    List<TranslatedClass> without = BytecodeText.classes(file, expected);
    List<TranslatedClass> beside = BytecodeText.classes(file, actual);
    assertEquals(without.size(), beside.size());
    for (int n = 0; n < without.size(); n++) {
      assertArrayEquals(without.get(n).bytes(), beside.get(n).bytes());
    }
  }

  private static List<String> names(Program program) {
    return program.functions().stream().map(FunctionCode::name).flatMap(Optional::stream).toList();
  }
}
