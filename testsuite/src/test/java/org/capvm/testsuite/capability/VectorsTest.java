package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.capvm.intravisor.verify.Tally;
import org.capvm.intravisor.verify.VectorVerification;
import org.capvm.runtime.capability.Dialect;
import org.junit.jupiter.api.Test;

/** The results of the reference emulator for single CHERI instructions. */
class VectorsTest {
  /** The number of skipped cases is fixed, so that none is set aside by accident. */
  private static void verify(Dialect dialect, int passed, int skipped) {
    Tally tally = new Tally();
    VectorVerification.ofOwn(dialect).run(tally, () -> {});
    assertEquals(List.of(), tally.failures());
    assertEquals(passed, tally.passed());
    assertEquals(skipped, tally.skipped());
  }

  @Test
  void version9() {
    verify(Dialect.XCHERI_V9, 29_105, 1_667);
  }

  @Test
  void version8() {
    verify(Dialect.XCHERI_V8, 11_705, 646);
  }
}
