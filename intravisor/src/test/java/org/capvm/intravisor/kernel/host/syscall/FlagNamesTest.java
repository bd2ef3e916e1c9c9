package org.capvm.intravisor.kernel.host.syscall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Flags in traces. */
class FlagNamesTest {
  private final FlagNames names =
      new FlagNames("NONE").with(6, "BOTH").with(2, "TWO").with(4, "FOUR").with(8, "EIGHT");

  @Test
  void showsGroupsBeforeTheirMembers() {
    assertEquals("NONE", names.format(0));
    assertEquals("TWO", names.format(2));
    assertEquals("BOTH", names.format(6));
    assertEquals("BOTH|EIGHT", names.format(14));
  }

  @Test
  void showsUnknownBitsInHexadecimal() {
    assertEquals("EIGHT|0x30", names.format(0x38));
    assertEquals("0x10", names.format(0x10));
  }
}
