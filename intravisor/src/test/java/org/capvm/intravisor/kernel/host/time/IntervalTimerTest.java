package org.capvm.intravisor.kernel.host.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class IntervalTimerTest {
  private static final long MILLI = 1_000_000;

  private final TimerQueue queue = new TimerQueue();
  private final AtomicLong clock = new AtomicLong(1000);
  private final LinkedBlockingQueue<Long> expirations = new LinkedBlockingQueue<>();
  private final IntervalTimer timer = new IntervalTimer(queue, clock::get, expirations::add);

  @AfterEach
  void stop() {
    queue.close();
  }

  @Test
  void expiresOnceItsClockSaysSo() throws InterruptedException {
    timer.armAfter(MILLI, 0);
    assertNull(expirations.poll(20, TimeUnit.MILLISECONDS));
    assertEquals(MILLI, timer.setting().remaining());
    clock.addAndGet(MILLI);
    assertEquals(1, expirations.take());
    assertEquals(0, timer.setting().remaining());
  }

  @Test
  void countsMissedExpirations() throws InterruptedException {
    timer.arm(1000 + MILLI, MILLI);
    clock.addAndGet(5 * MILLI);
    assertEquals(5, expirations.take());
    assertEquals(new IntervalTimer.Setting(MILLI, MILLI), timer.setting());
  }

  @Test
  void disarmedTimerDoesNotExpire() throws InterruptedException {
    timer.armAfter(MILLI, MILLI);
    assertTrue(timer.disarm().remaining() > 0);
    clock.addAndGet(10 * MILLI);
    assertNull(expirations.poll(20, TimeUnit.MILLISECONDS));
    assertEquals(new IntervalTimer.Setting(0, 0), timer.setting());
  }
}
