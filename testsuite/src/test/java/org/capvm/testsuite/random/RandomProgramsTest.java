package org.capvm.testsuite.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random programs under every engine.
 *
 * <p>{@code -Dcapvm.bless=true} records qemu's results again. That is needed whenever a change of
 * the generator makes other programs of the same seeds.
 */
class RandomProgramsTest {
  @BeforeAll
  static void bless() throws IOException, InterruptedException {
    if (Boolean.getBoolean("capvm.bless")) {
      RecordedResults.record();
    }
  }

  @Test
  void theInterpreterDoesWhatQemuDid() {
    RecordedResults.read()
        .forEach(
            (seed, digest) -> {
              Assembly program = ProgramAssembler.assemble(ProgramGenerator.generate(seed));
              byte[] output = Engines.interpreter(program);
              assertEquals(
                  digest,
                  RecordedResults.digest(output),
                  () -> "seed " + seed + "\n" + FailureReport.disassembly(program));
            });
  }
}
