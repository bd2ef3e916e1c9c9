package org.capvm.intravisor.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final long MILLISECOND = 1_000_000;

  private final Deadlines deadlines = new Deadlines();

  /** Latches that are released when their deadlines are over. */
  private final class Latches implements Deadlines.Source {
    private final Map<CountDownLatch, Long> waiting = new ConcurrentHashMap<>();

    CountDownLatch in(long nanoseconds) {
      CountDownLatch latch = new CountDownLatch(1);
      long deadline = Deadlines.in(nanoseconds);
      waiting.put(latch, deadline);
      deadlines.watch(deadline);
      return latch;
    }

    @Override
    public long expire(long now) {
      waiting.entrySet().removeIf(entry -> isOver(entry, now));
      return waiting.values().stream().mapToLong(d -> d).min().orElse(Deadlines.NEVER);
    }

    private static boolean isOver(Map.Entry<CountDownLatch, Long> entry, long now) {
      boolean over = entry.getValue() <= now;
      if (over) {
        entry.getKey().countDown();
      }
      return over;
    }
  }

  @Test
  void thereIsNoneForEver() {
    assertEquals(Deadlines.NEVER, Deadlines.in(-1));
    assertEquals(Deadlines.NEVER, Deadlines.in(Long.MAX_VALUE));
    assertTrue(Deadlines.in(0) <= Deadlines.in(0));
  }

  /** An earlier one is not slept through behind a later one, nor one that comes much later. */
  @Test
  void everyOneIsNoticed() throws InterruptedException {
    Latches latches = new Latches();
    deadlines.add(latches);
    CountDownLatch last = latches.in(3_600_000 * MILLISECOND);
    long start = System.nanoTime();
    latches.in(50 * MILLISECOND).await();
    assertTrue(System.nanoTime() - start >= 50 * MILLISECOND);
    latches.in(0).await();
    latches.in(1).await();
    assertEquals(1, last.getCount());
  }

  /** Threads that announce theirs while the last one is looked for. */
  @Test
  void noneIsLostBetweenTwoLooks() throws InterruptedException {
    Latches latches = new Latches();
    deadlines.add(latches);
    AtomicInteger noticed = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  try {
                    latches.in(i % 3 * 10_000L).await();
                  } catch (InterruptedException e) {
                    return;
                  }
                  noticed.incrementAndGet();
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4 * 500, noticed.get());
  }
}
