package org.capvm.intravisor.kernel.host.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FutexTableTest {
  private static final long WORD = 0x20000;
  private static final long OTHER = 0x20100;
  private static final int ANY = FutexTable.MATCH_ANY;

  private Window window;
  private GuestMemory memory;
  private FutexTable futexes;

  @BeforeEach
  void mapPages() {
    window = new Window(1 << 20);
    window.pages().set(WORD, 0x1000, PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    memory = new GuestMemory(window);
    futexes = new FutexTable();
  }

  @AfterEach
  void releaseWindow() {
    window.close();
  }

  private CompletableFuture<Long> waiter(long address, int expected, int bits) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () ->
                result.complete(
                    futexes.await(
                        memory, address, address, expected, bits, Long.MAX_VALUE, () -> false)));
    return result;
  }

  /** Wakes until as many threads were woken as are expected to wait: they may still be starting. */
  private void wakeAll(long address, int count, int bits) {
    int woken = 0;
    while (woken < count) {
      woken += futexes.wake(address, count - woken, bits);
      Thread.onSpinWait();
    }
  }

  @Test
  void otherValueDoesNotWait() {
    memory.putInt(WORD, 5);
    assertEquals(
        Errno.EAGAIN, futexes.await(memory, WORD, WORD, 4, ANY, Long.MAX_VALUE, () -> false));
  }

  @Test
  void unreadableWordFaults() {
    assertThrows(
        MemoryFault.class,
        () -> futexes.await(memory, 0x40000, 0x40000, 0, ANY, Long.MAX_VALUE, () -> false));
  }

  @Test
  void waitsUntilTheDeadline() {
    long start = System.nanoTime();
    long deadline = start + TimeUnit.MILLISECONDS.toNanos(20);
    assertEquals(Errno.ETIMEDOUT, futexes.await(memory, WORD, WORD, 0, ANY, deadline, () -> false));
    assertTrue(System.nanoTime() >= deadline);
    assertEquals(0, futexes.wake(WORD, 1, ANY));
  }

  @Test
  void interruptionEndsTheWait() {
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting = Thread.currentThread();
    Thread.ofPlatform()
        .start(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
              interrupted.set(true);
              LockSupport.unpark(waiting);
            });
    long result = futexes.await(memory, WORD, WORD, 0, ANY, Long.MAX_VALUE, interrupted::get);
    assertEquals(Errno.RESTART, result);
    assertEquals(0, futexes.wake(WORD, 1, ANY));
  }

  @Test
  void wakesOnlyWhoSharesABit() throws Exception {
    CompletableFuture<Long> first = waiter(WORD, 0, 1);
    CompletableFuture<Long> second = waiter(WORD, 0, 2);
    wakeAll(WORD, 1, 2);
    assertEquals(0, second.get());
    assertThrows(TimeoutException.class, () -> first.get(20, TimeUnit.MILLISECONDS));
    wakeAll(WORD, 1, 1);
    assertEquals(0, first.get());
  }

  @Test
  void requeueMovesWaiters() throws Exception {
    List<CompletableFuture<Long>> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(waiter(WORD, 0, ANY));
    }
    memory.putInt(OTHER, 0);
    long seen = 0;
    while (seen < 3) {
      seen += futexes.requeue(memory, WORD, WORD, 0, OTHER, 10, 0);
    }
    assertEquals(Errno.EAGAIN, futexes.requeue(memory, WORD, WORD, 1, OTHER, 1, 7));
    assertEquals(0, futexes.wake(WORD, 10, ANY));
    assertEquals(3, futexes.wake(OTHER, 10, ANY));
    for (CompletableFuture<Long> waiter : waiters) {
      assertEquals(0, waiter.get());
    }
  }

  @Test
  void operationChangesTheSecondWordAndWakesThere() throws Exception {
    memory.putInt(OTHER, 7);
    CompletableFuture<Long> waiter = waiter(OTHER, 7, ANY);
    long woken = 0;
    while (woken == 0) {
      woken =
          futexes.wakeWithOperation(
              memory, WORD, 1, OTHER, OTHER, 1, old -> old, old -> old == 7 ? 1 : 0);
    }
    assertEquals(0, waiter.get());
    futexes.wakeWithOperation(memory, WORD, 1, OTHER, OTHER, 1, old -> old | 8, old -> 0);
    assertEquals(15, memory.getInt(OTHER));
  }

  /** A counter handed back and forth between two threads never stops: no wake-up is lost. */
  @Test
  void noWakeUpIsLost() throws ExecutionException, InterruptedException {
    int rounds = 20_000;
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> exchange(1, rounds), Thread::startVirtualThread);
    exchange(0, rounds);
    other.get();
    assertEquals(2 * rounds, memory.getInt(WORD));
  }

  private void exchange(int parity, int rounds) {
    for (int i = 0; i < rounds; i++) {
      int mine = 2 * i + parity;
      int value;
      while ((value = memory.getInt(WORD)) != mine) {
        futexes.await(memory, WORD, WORD, value, ANY, Long.MAX_VALUE, () -> false);
      }
      FutexTable.update(memory, WORD, v -> v + 1);
      futexes.wake(WORD, 1, ANY);
    }
  }
}
