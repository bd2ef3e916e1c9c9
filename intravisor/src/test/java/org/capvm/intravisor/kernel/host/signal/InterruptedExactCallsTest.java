package org.capvm.intravisor.kernel.host.signal;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exact calls go on when the signal handlers that interrupted them return. */
class InterruptedExactCallsTest {
  private static final ExactCall FIRST = new ExactCall(0x1000, 0x8000);
  private static final ExactCall SECOND = new ExactCall(0x2000, 0x6000);

  private final Window window = new Window(1 << 20);
  private final Hart hart = new CodeMap(window).newHart(window, null);
  private final InterruptedExactCalls calls = new InterruptedExactCalls();

  @AfterEach
  void close() {
    window.close();
  }

  private void handler(long frame, ExactCall interrupted) {
    hart.exactCall = interrupted;
    hart.x2 = frame;
    calls.enterHandler(hart);
    assertNull(hart.exactCall);
  }

  @Test
  void goesOnBehindEachHandler() {
    handler(0x7000, FIRST);
    handler(0x5000, SECOND);
    calls.leaveHandler(hart, 0x5000);
    assertSame(SECOND, hart.exactCall);
    calls.leaveHandler(hart, 0x7000);
    assertSame(FIRST, hart.exactCall);
  }

  @Test
  void handlersThatInterruptedNoneChangeNothing() {
    handler(0x7000, FIRST);
    handler(0x6800, null);
    calls.leaveHandler(hart, 0x6800);
    assertNull(hart.exactCall);
    calls.leaveHandler(hart, 0x7000);
    assertSame(FIRST, hart.exactCall);
  }

  @Test
  void handlersThatNeverReturnAreForgotten() {
    handler(0x7000, FIRST);
    for (long n = 0; n < 1000; n++) {
      handler(0x5000 - n * 16, SECOND);
    }
    calls.leaveHandler(hart, 0x5000 - 16 * 999);
    assertSame(SECOND, hart.exactCall);
    calls.leaveHandler(hart, 0x7000);
    assertNull(hart.exactCall);
  }
}
