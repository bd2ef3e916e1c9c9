package org.capvm.intravisor.backtrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReturnAddressesTest {
  private static final long CODE = 0x10000;
  private static final long STACK = 0x20000;
  private static final long END = 1 << 20;

  private final Window window = new Window(END);
  private final Hart hart = new Hart(window, null, null, null);

  @BeforeEach
  void map() {
    window.pages().set(CODE, 0x1000, PageTable.MAPPED | PageTable.READ | PageTable.EXECUTE);
    window.pages().set(STACK, 0x10000, PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    hart.x1 = CODE + 0x10;
  }

  @AfterEach
  void close() {
    window.close();
  }

  private void record(long frame, long returnAddress, long next) {
    Memory.storeLong(window, frame - 8, returnAddress);
    Memory.storeLong(window, frame - 16, next);
  }

  private void assertAddresses(Long... expected) {
    assertEquals(List.of(expected), ReturnAddresses.of(hart));
  }

  @Test
  void aChainIsFollowedToItsEnd() {
    hart.x8 = STACK + 0x100;
    record(STACK + 0x100, CODE + 0x10, STACK + 0x200); // a leaf's caller is still in ra
    record(STACK + 0x200, CODE + 0x20, STACK + 0x300);
    record(STACK + 0x300, CODE + 0x30, 0);
    assertAddresses(CODE + 0x10, CODE + 0x20, CODE + 0x30);
  }

  @Test
  void aChainThatComesBackEnds() {
    hart.x8 = STACK + 0x100;
    record(STACK + 0x100, CODE + 0x20, STACK + 0x200);
    record(STACK + 0x200, CODE + 0x30, STACK + 0x100);
    assertAddresses(CODE + 0x10, CODE + 0x20, CODE + 0x30);
    record(STACK + 0x200, CODE + 0x30, STACK + 0x200);
    assertAddresses(CODE + 0x10, CODE + 0x20, CODE + 0x30);
  }

  @Test
  void longChainsAreCut() {
    hart.x8 = STACK + 0x100;
    for (int i = 0; i < 1000; i++) {
      long frame = STACK + 0x100 + i * 16L;
      record(frame, CODE + 0x20 + i % 2 * 4, frame + 16);
    }
    assertEquals(33, ReturnAddresses.of(hart).size());
  }

  @Test
  void whatIsNoCodeOrNoMemoryIsLeftOut() {
    for (long frame : new long[] {0, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE, END, END + 16, CODE}) {
      hart.x8 = frame;
      assertAddresses(CODE + 0x10);
    }
    hart.x1 = STACK;
    hart.x8 = STACK + 0x101; // misaligned
    record(STACK + 0x101, -1, END - 8);
    assertAddresses();
  }

  @Test
  void namesReachNoTerminalAsTheyAre() {
    assertEquals("a b?[2Jc?", NearestSymbol.printable("a b\u001b[2Jc\u0007"));
    assertEquals("??x", NearestSymbol.printable("\n\u009bx"));
  }
}
