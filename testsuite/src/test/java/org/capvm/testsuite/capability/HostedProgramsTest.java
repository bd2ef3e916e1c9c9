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

/** Programs with capabilities that make Linux's system calls, in both engines. */
class HostedProgramsTest {
  private static final int HYBRID = 0x1_0000;
  private static final int PURE = 0x3_0000;

  @TempDir private Path folder;

  private Outcome run(Capvm.Engine engine, String source, int flags) throws Exception {
    Path program = CapabilityPrograms.build(folder, "host/" + source, flags);
    return Capvm.run(engine, List.of(), List.of(program.toString())).run();
  }

  private static void assertEnded(int status, String output, Outcome outcome) {
    assertEquals(status, outcome.status(), outcome.errorText());
    assertEquals(output, outcome.outputText());
  }

  @ParameterizedTest
  @EnumSource
  void tagsWhereTheKernelWritesMovesAndCopies(Capvm.Engine engine) throws Exception {
    assertEnded(0, "memory ok\n", run(engine, "memory.c", HYBRID));
  }

  @ParameterizedTest
  @EnumSource
  void framesOfSignalsHoldCapabilities(Capvm.Engine engine) throws Exception {
    assertEnded(0, "signals ok\n", run(engine, "signals.c", HYBRID));
  }

  @ParameterizedTest
  @EnumSource
  void pointersAreCapabilities(Capvm.Engine engine) throws Exception {
    assertEnded(0, "pure ok\n", run(engine, "pointers.S", PURE));
  }

  @ParameterizedTest
  @EnumSource
  void faultThatNobodyHandles(Capvm.Engine engine) throws Exception {
    Outcome outcome = run(engine, "fault.c", HYBRID);
    assertEnded(139, "", outcome);
    String report = outcome.errorText();
    assertTrue(
        report.matches(
            "(?s).*bounds violation of c5, which is (0x\\p{XDigit}+) "
                + "\\[rwRW,0x\\p{XDigit}+-\\1\\]; pc 0x\\p{XDigit}+ \\[rxR,.*"
                + "#0 0x\\p{XDigit}+ overflow\\+0x\\p{XDigit}+ in .*"
                + "#1 0x\\p{XDigit}+ start\\+0x\\p{XDigit}+ in .*"),
        report);
  }
}
