package org.capvm.intravisor.kernel.host.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskSignalsTest {
  private static final SignalAction CAUGHT = new SignalAction(0x1000, 0, 0);

  private final ProcessSignals process = new ProcessSignals();
  private final AtomicInteger firstWoken = new AtomicInteger();
  private final AtomicInteger secondWoken = new AtomicInteger();
  private final TaskSignals first = new TaskSignals(process, 0, firstWoken::incrementAndGet);
  private final TaskSignals second = new TaskSignals(process, 0, secondWoken::incrementAndGet);

  private static SignalInfo info(int number) {
    return SignalInfo.sent(number, SignalInfo.SI_USER, 1, 0);
  }

  @Test
  void processSignalGoesToATaskThatDoesNotBlockIt() {
    process.setAction(Signals.SIGUSR1, CAUGHT);
    first.setBlocked(Signals.set(Signals.SIGUSR1));
    process.post(info(Signals.SIGUSR1));
    assertEquals(0, firstWoken.get());
    assertEquals(1, secondWoken.get());
    assertFalse(first.interrupted());
    assertTrue(second.interrupted());
    assertEquals(Signals.SIGUSR1, second.next().info().number());
    assertNull(second.next());
  }

  @Test
  void blockingAPendingSignalHandsItToAnotherTask() {
    process.setAction(Signals.SIGUSR1, CAUGHT);
    process.post(info(Signals.SIGUSR1));
    assertEquals(1, firstWoken.get());
    first.setBlocked(Signals.set(Signals.SIGUSR1));
    assertEquals(1, secondWoken.get());
  }

  @Test
  void endingTaskHandsItsSignalsOn() {
    process.setAction(Signals.SIGUSR1, CAUGHT);
    process.post(info(Signals.SIGUSR1));
    first.leave();
    assertEquals(1, secondWoken.get());
  }

  @Test
  void standardSignalsMergeAndRealTimeSignalsQueue() {
    process.setAction(Signals.SIGUSR1, CAUGHT);
    process.setAction(40, CAUGHT);
    for (int i = 0; i < 3; i++) {
      first.post(info(Signals.SIGUSR1));
      first.post(info(40));
    }
    int delivered = 0;
    while (first.next() != null) {
      delivered++;
    }
    assertEquals(4, delivered);
  }

  @Test
  void ignoredSignalVanishesUnlessBlocked() {
    process.post(info(Signals.SIGCHLD));
    assertEquals(0, first.pending());
    first.setBlocked(Signals.set(Signals.SIGCHLD));
    process.post(info(Signals.SIGCHLD));
    assertEquals(Signals.set(Signals.SIGCHLD), first.pending());
    process.setAction(Signals.SIGCHLD, new SignalAction(SignalAction.IGNORE, 0, 0));
    assertEquals(0, first.pending());
  }

  @Test
  void killCannotBeBlocked() {
    first.setBlocked(-1);
    first.post(info(Signals.SIGKILL));
    assertTrue(first.interrupted());
    assertTrue(first.next() instanceof Delivery.Terminate);
  }

  @Test
  void faultWhileBlockedKills() {
    process.setAction(Signals.SIGSEGV, CAUGHT);
    first.setBlocked(Signals.set(Signals.SIGSEGV));
    first.force(SignalInfo.fault(Signals.SIGSEGV, SignalInfo.SEGV_MAPERR, 0));
    assertTrue(first.next() instanceof Delivery.Terminate);
  }

  @Test
  void faultWhileIgnoredKills() {
    process.setAction(Signals.SIGSEGV, new SignalAction(SignalAction.IGNORE, 0, 0));
    first.force(SignalInfo.fault(Signals.SIGSEGV, SignalInfo.SEGV_MAPERR, 0));
    assertTrue(first.next() instanceof Delivery.Terminate);
  }

  @Test
  void temporaryMaskIsRestoredByTheHandlersReturn() {
    process.setAction(Signals.SIGUSR1, CAUGHT);
    first.setBlocked(Signals.set(Signals.SIGUSR1));
    first.setTemporarilyBlocked(0);
    first.post(info(Signals.SIGUSR1));
    Delivery delivery = first.next();
    assertEquals(Signals.set(Signals.SIGUSR1), first.maskBehindHandler());
    first.enterHandler(delivery.info(), CAUGHT);
    first.restoreBlocked();
    assertEquals(Signals.set(Signals.SIGUSR1), first.blocked());
  }

  @Test
  void continuingRemovesStopsAndTheOtherWayRound() {
    first.setBlocked(-1);
    process.post(info(Signals.SIGTSTP));
    process.post(info(Signals.SIGCONT));
    assertEquals(Signals.set(Signals.SIGCONT), first.pending());
    process.post(info(Signals.SIGTSTP));
    assertEquals(Signals.set(Signals.SIGTSTP), first.pending());
  }

  @Test
  void awaitedSignalWakesAlthoughBlocked() {
    first.setBlocked(-1);
    second.setBlocked(-1);
    second.setAwaited(Signals.set(Signals.SIGUSR2));
    process.post(info(Signals.SIGUSR2));
    assertEquals(1, secondWoken.get());
    assertTrue(second.interrupted());
    assertEquals(Signals.SIGUSR2, second.take(Signals.set(Signals.SIGUSR2)).number());
  }
}
