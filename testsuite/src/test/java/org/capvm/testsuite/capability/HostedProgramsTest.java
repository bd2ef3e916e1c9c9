package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
