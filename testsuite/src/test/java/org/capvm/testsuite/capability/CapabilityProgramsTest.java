package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bare programs with capabilities, from ELF file to exit status, in both engines. */
class CapabilityProgramsTest {
  private static final int CHERI_ABI = 0x1_0000;
  private static final int CAPABILITY_MODE = 0x2_0000;

  @TempDir private Path folder;

  private Outcome run(Capvm.Engine engine, String name, int flags) throws Exception {
    return run(engine, "xcheri-v9", name, flags);
  }

  private Outcome run(Capvm.Engine engine, String isa, String name, int flags) throws Exception {
    Path program = CapabilityPrograms.build(folder, name, flags);
    List<String> options = List.of("--kernel", "none", "--isa", isa);
    return Capvm.run(engine, options, List.of(program.toString())).run();
  }

  private static void assertEnded(int status, String output, Outcome outcome) {
    assertEquals(status, outcome.status(), outcome.errorText());
    assertEquals(output, outcome.outputText());
  }

  @ParameterizedTest
  @EnumSource
  void hybrid(Capvm.Engine engine) throws Exception {
    assertEnded(0, "hybrid ok\n", run(engine, "hybrid", CHERI_ABI));
  }

  @ParameterizedTest
  @EnumSource
  void pureCapability(Capvm.Engine engine) throws Exception {
    assertEnded(0, "pure ok\n", run(engine, "pure", CHERI_ABI | CAPABILITY_MODE));
  }

  @ParameterizedTest
  @EnumSource
  void bothModes(Capvm.Engine engine) throws Exception {
    assertEnded(0, "", run(engine, "modes", CHERI_ABI));
  }

  @ParameterizedTest
  @EnumSource
  void macrosInC(Capvm.Engine engine) throws Exception {
    assertEnded(0, "", run(engine, "inline.c", CHERI_ABI));
  }

  @ParameterizedTest
  @EnumSource
  void integerAddressesAreRelocatedInTheOlderVersionOnly(Capvm.Engine engine) throws Exception {
    assertEnded(9, "", run(engine, "xcheri-v9", "relocation", CHERI_ABI));
    assertEnded(8, "", run(engine, "xcheri-v8", "relocation", CHERI_ABI));
  }

  @ParameterizedTest
  @EnumSource
  void invalidManipulationsTrapInTheOlderVersionOnly(Capvm.Engine engine) throws Exception {
    assertEnded(9, "", run(engine, "xcheri-v9", "manipulation", CHERI_ABI));
    Outcome outcome = run(engine, "xcheri-v8", "manipulation", CHERI_ABI);
    assertEnded(139, "", outcome);
    assertTrue(outcome.errorText().contains("bounds violation of c9, "), outcome.errorText());
  }

  /** The fault is that of the first store behind the end, after a thousand good ones. */
  @ParameterizedTest
  @EnumSource
  void overflow(Capvm.Engine engine) throws Exception {
    Outcome outcome = run(engine, "overflow", CHERI_ABI | CAPABILITY_MODE);
    assertEnded(139, "", outcome);
    String report = outcome.errorText();
    assertTrue(
        report.matches(
            "(?s).*bounds violation of c9, which is (0x\\p{XDigit}+) "
                + "\\[rwRW,0x\\p{XDigit}+-\\1\\]; pc 0x\\p{XDigit}+ \\[rxR,.*"),
        report);
  }
}
