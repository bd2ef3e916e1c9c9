package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs that check the hostcalls they make, in both engines, as RV64GC and as hybrid programs.
 */
@Tag("slow")
class BareProgramsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          threads.c,         0, 'threads ok\n'
          locks.c,           0, 'locks ok\n'
          timers.c,          0, 'timers ok\n'
          calls.c,           0, 'calls ok\n'
          ends-with-first.c, 42, 'first\n'
          thread-faults.c,   139, ''
          changing-code.S,   33, ''
          """)
  void endsAsItShould(String name, int status, String output) throws Exception {
    assertEnds(name, List.of(Use.NONE, Use.HYBRID), status, output);
  }

  /** A guest whose stub is the original's. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          gate-hybrid.S, HYBRID, 0,   'hybrid!\n'
          gate-pure.S,   PURE,   139, 'pure\n'
          calls-pure.S,  PURE,   0,   'pure calls\n'
          """)
  void callsThroughTheCapabilityStore(String name, Use use, int status, String output)
      throws Exception {
    assertEnds(name, List.of(use), status, output);
  }

  private void assertEnds(String name, List<Use> uses, int status, String output) throws Exception {
    for (Use use : uses) {
      Path program = BareProgram.build(folder, name, use);
      for (Capvm.Engine engine : Capvm.Engine.values()) {
        String what = "%s %s %s".formatted(name, use, engine);
        Outcome outcome =
            Capvm.run(
                    engine,
                    List.of("--kernel", "none", "--memory", "64M", "--time-limit", "120"),
                    List.of(program.toString()))
                .run();
        assertEquals(status, outcome.status(), what + "\n" + outcome.errorText());
        assertEquals(output, outcome.outputText(), what);
      }
    }
  }
}
