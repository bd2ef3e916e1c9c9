package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.capvm.intravisor.verify.Tally;
import org.capvm.intravisor.verify.VectorEngine;
import org.capvm.intravisor.verify.VectorVerification;
import org.capvm.runtime.capability.Dialect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The results of the reference emulator for single CHERI instructions. */
class VectorsTest {
  /** The number of skipped cases is fixed, so that none is set aside by accident. */
  private static void verify(Dialect dialect, VectorEngine engine, int passed, int skipped) {
    Tally tally = new Tally();
    VectorVerification.ofOwn(dialect).run(tally, engine, () -> {});
    assertEquals(List.of(), tally.failures());
    assertEquals(passed, tally.passed());
    assertEquals(skipped, tally.skipped());
  }

  @ParameterizedTest
  @EnumSource
  void version9(VectorEngine engine) {
    verify(Dialect.XCHERI_V9, engine, 29_105, 1_667);
  }

  @ParameterizedTest
  @EnumSource
  void version8(VectorEngine engine) {
    verify(Dialect.XCHERI_V8, engine, 11_705, 646);
  }
}
