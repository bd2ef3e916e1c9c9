package org.capvm.runtime.hart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.capvm.runtime.memory.InRangeMemory;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which frames the check at a function's entry lets through. */
class GuestStackTest {
  private static final long SIZE = 16 << 20;
  private static final long GUARD = 4 << 20;
  private static final long TOP = 8 << 20;

  private final Window window = new Window(SIZE);
  private final Hart h =
      new Hart(
          window,
          null,
          new GuestFunction[0][],
          new GuestFunction() {
            @Override
            public void call(Hart hart) {
              throw new AssertionError("nothing is called");
            }
          });

  /** All of the window is stack but for one page. */
  @BeforeEach
  void map() {
    int bits = PageTable.MAPPED | PageTable.READ | PageTable.WRITE;
    window.pages().set(Window.LOW, SIZE - Window.LOW, bits);
    window.pages().set(GUARD, Window.PAGE, PageTable.MAPPED);
    start(TOP);
  }

  @AfterEach
  void close() {
    window.close();
  }

  private void start(long sp) {
    h.x2 = sp;
    assertFalse(h.restartStack());
  }

  private boolean allows(long sp, int below, int above) {
    long base = GuestStack.frame(h, sp, below, above);
    assertTrue(base == 0 || base == window.hostDelta() + sp);
    return base != 0;
  }

  @Test
  void baseIsTheHostAddressOfTheStackPointer() {
    long base = GuestStack.frame(h, TOP - 64, 32, 8);
    assertNotEquals(0, base);
    InRangeMemory.storeLong(base, -16, 42);
    assertEquals(42, Memory.loadLong(window, TOP - 80));
  }

  @Test
  void framesOutsideOfTheWindowAreRefused() {
    for (long sp : new long[] {0, 8, 16, -16, -1, Window.LOW - 16, SIZE + 16, SIZE << 8}) {
      assertFalse(allows(sp, 16, 0), () -> Long.toHexString(sp));
      start(sp);
      assertFalse(allows(sp, 16, 0), () -> Long.toHexString(sp));
      assertFalse(allows(sp, 0, 8), () -> Long.toHexString(sp));
      assertFalse(allows(sp, GuestStack.BELOW + 1, 0), () -> Long.toHexString(sp));
    }
  }

  @Test
  void framesStraddlingTheEndOfTheWindowAreRefused() {
    start(SIZE);
    assertTrue(allows(SIZE, 16, 0));
    assertFalse(allows(SIZE, 16, 1));
    assertTrue(allows(SIZE - 8, 16, 8));
    assertFalse(allows(SIZE - 8, 16, 9));
    assertFalse(allows(SIZE - 8, 2 * GuestStack.BELOW, 9));
    assertFalse(allows(SIZE - 8, 16, 2 * GuestStack.ABOVE));
  }

  @Test
  void framesStraddlingTheBeginningOfTheWindowAreRefused() {
    start(Window.LOW + 64);
    assertTrue(allows(Window.LOW + 64, 64, 0));
    assertFalse(allows(Window.LOW + 64, 65, 0));
    assertFalse(allows(Window.LOW + 64, 2 * GuestStack.BELOW, 0));
  }

  @Test
  void framesInTheGuardAreRefused() {
    long bottom = GUARD + Window.PAGE;
    start(bottom + 64);
    assertTrue(allows(bottom + 64, 64, 0));
    assertFalse(allows(bottom + 64, 65, 0));
    assertFalse(allows(bottom - 8, 16, 0));
    assertTrue(allows(bottom + GuestStack.BELOW, GuestStack.BELOW, 0));
    assertFalse(allows(bottom + GuestStack.BELOW, GuestStack.BELOW + 1, 0));
  }

  @Test
  void largeFramesAreMeasured() {
    long bottom = GUARD + Window.PAGE;
    start(bottom + 100_000);
    for (int below = 16; below < 1 << 17; below += 999) {
      assertEquals(below <= 100_000, allows(bottom + 100_000, below, 0));
    }
  }

  @Test
  void aRequestedPollRefusesEveryFrame() {
    h.requestInterrupt();
    assertFalse(allows(TOP - 64, 16, 0));
    assertFalse(GuestStack.mayEnter(h, TOP - 64));
    assertTrue(Hart.pollRequested(h));
    h.acknowledgeInterrupt();
    start(TOP);
    assertFalse(Hart.pollRequested(h));
    assertTrue(allows(TOP - 64, 16, 0));
  }

  @Test
  void requestsSurviveAChangeOfTheStack() {
    h.requestInterrupt();
    h.x2 = SIZE / 2;
    assertTrue(h.restartStack());
    assertTrue(Hart.pollRequested(h));
  }

  @Test
  void requestsSurviveAStartWithoutFrames() {
    assertFalse(h.restartWithoutFrames());
    assertFalse(Hart.pollRequested(h));
    assertTrue(allows(TOP - 64, 16, 0), "the stack is looked for now");
    h.requestInterrupt();
    assertTrue(h.restartWithoutFrames());
    assertTrue(Hart.pollRequested(h));
    h.acknowledgeInterrupt();
    assertFalse(h.restartWithoutFrames());
    assertFalse(Hart.pollRequested(h));
  }

  @Test
  void depthIsBoundedUntilTheStackIsEmptyAgain() {
    start(TOP);
    long deepest = TOP;
    while (allows(deepest - 4096, 4096, 0)) {
      deepest -= 4096;
    }
    assertTrue(TOP - deepest >= 512 << 10);
    assertTrue(TOP - deepest <= 1 << 20);
    start(deepest);
    assertTrue(allows(deepest - 4096, 4096, 0));
  }

  @Test
  void aFewStacksMayTakeTurnsWithoutLeaving() {
    start(TOP);
    long[] stacks = {TOP - 64, TOP + (2 << 20), TOP + (4 << 20), GUARD - 64};
    for (int turn = 0; turn < 100_000; turn++) {
      long sp = stacks[turn % stacks.length] - turn % 7 * 16;
      assertTrue(allows(sp, 96, 8));
    }
  }

  @Test
  void manyStacksTogetherAreBounded() {
    start(TOP);
    int stacks = 0;
    for (long sp = 1 << 20; sp < SIZE; sp += 1 << 20) {
      if (sp != TOP && sp != GUARD && allows(sp, 16, 0)) {
        stacks++;
      }
    }
    assertTrue(stacks <= 4);
  }
}
