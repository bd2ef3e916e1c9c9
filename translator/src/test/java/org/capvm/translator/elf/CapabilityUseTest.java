package org.capvm.translator.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityUseTest {
  @ParameterizedTest
  @CsvSource({
    "0x5, rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0, NONE",
    "0x5, rv64i2p0_m2p0_a2p0_f2p0_d2p0_c2p0_xcheri0p0, HYBRID",
    "0x10005, '', HYBRID",
    "0x30005, rv64i2p0_m2p0_a2p0_f2p0_d2p0_c2p0_xcheri0p0, PURE",
    "0x20005, '', PURE",
  })
  void flagsAndArchitectureTell(int flags, String architecture, CapabilityUse expected) {
    assertEquals(expected, CapabilityUse.of(flags, architecture));
  }
}
