package org.capvm.testsuite.bare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.capvm.CvmBuilder;
import org.capvm.CvmProcess;
import org.capvm.CvmStartException;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments and environment of bare programs. */
class ArgumentsTest {
  @TempDir private Path folder;

  private static CvmBuilder builder() {
    return new CvmBuilder().bare(true).memory(16 << 20).environment("MODE", "quiet");
  }

  @ParameterizedTest
  @EnumSource(
      value = Use.class,
      names = {"NONE", "HYBRID"})
  void areWhereLinuxHasThem(Use use) throws Exception {
    Path program = BareProgram.build(folder, "arguments.c", use);
    try (CvmProcess cvm = builder().start(program.toString(), "one", "", "zwölf und mehr")) {
      String output = new String(cvm.output().readAllBytes(), UTF_8);
      assertEquals("one\n\nzwölf und mehr\nMODE=quiet", output);
      assertEquals(4, cvm.waitFor());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 6000, 20_001})
  void areExactCapabilities(int length) throws Exception {
    Path program = BareProgram.build(folder, "arguments-pure.S", Use.PURE);
    String argument = "a".repeat(length);
    try (CvmProcess cvm = builder().memory(64 << 20).start(program.toString(), argument)) {
      String output = new String(cvm.output().readAllBytes(), UTF_8);
      assertEquals(argument, output.substring(0, length));
      // Bounds of more than 4 KiB may say a little more, which is zeroes.
      assertTrue(output.length() - length <= length / 512, () -> output.length() + " characters");
      assertTrue(output.substring(length).chars().allMatch(c -> c == 0));
      assertEquals(2, cvm.waitFor());
    }
  }

  @Test
  void haveALimit() throws Exception {
    String program = BareProgram.build(folder, "arguments.c", Use.NONE).toString();
    String large = "a".repeat(200_000);
    CvmStartException e =
        assertThrows(CvmStartException.class, () -> builder().start(program, large));
    assertTrue(e.getMessage().contains("quarter of the stack"), e.getMessage());
  }
}
