package org.capvm.intravisor.ipc;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongToIntFunction;
import org.capvm.intravisor.ipc.Wait.Outcome;

/**
 * Who waits for words of a buffer to change. The word is looked at under the same lock that a wake
 * takes, so that a store followed by a wake is never slept through.
 */
final class WordWaiters {
  private final LongToIntFunction word;
  private final Map<Long, Queue<Waiter>> queues = new HashMap<>();
  private boolean closed;

  private record Waiter(Participant participant, Wait pending) {}

  /**
   * @param word the word at an offset
   */
  WordWaiters(LongToIntFunction word) {
    this.word = word;
  }

  /**
   * Waits while the word at an offset has a value.
   *
   * @param mayWait asked under the lock that {@link #end} takes: who takes the buffer away changes
   *     the answer first, so that no wait begins behind the end of all
   * @return null when it has another
   */
  Outcome await(
      Participant participant,
      BooleanSupplier mayWait,
      long offset,
      int expected,
      long nanoseconds) {
    Waiter waiter = new Waiter(participant, new Wait());
    synchronized (this) {
      if (closed || !mayWait.getAsBoolean()) {
        return Outcome.GONE;
      }
      if (word.applyAsInt(offset) != expected) {
        return null;
      }
      queues.computeIfAbsent(offset, _ -> new ArrayDeque<>()).add(waiter);
    }
    Outcome outcome = participant.await(waiter.pending(), nanoseconds);
    if (outcome != Outcome.WOKEN) {
      forget(offset, waiter);
    }
    return outcome;
  }

  /**
   * Waits as {@link #await(Participant, BooleanSupplier, long, int, long)}, parked.
   *
   * @param deadline of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
   * @param interrupted whether the wait must end; whoever makes it true unparks the thread
   */
  Outcome awaitParked(
      Participant participant,
      BooleanSupplier mayWait,
      long offset,
      int expected,
      long deadline,
      BooleanSupplier interrupted) {
    Thread thread = Thread.currentThread();
    Waiter waiter = new Waiter(participant, new Wait(() -> LockSupport.unpark(thread)));
    synchronized (this) {
      if (closed || !mayWait.getAsBoolean()) {
        return Outcome.GONE;
      }
      if (word.applyAsInt(offset) != expected) {
        return null;
      }
      queues.computeIfAbsent(offset, _ -> new ArrayDeque<>()).add(waiter);
    }
    while (!waiter.pending().future().isDone()) {
      long left = deadline == Long.MAX_VALUE ? deadline : deadline - System.nanoTime();
      if (interrupted.getAsBoolean()) {
        waiter.pending().end(Outcome.INTERRUPTED);
      } else if (left <= 0) {
        waiter.pending().end(Outcome.TIMED_OUT);
      } else {
        LockSupport.parkNanos(this, left);
      }
    }
    Outcome outcome = waiter.pending().future().join();
    if (outcome != Outcome.WOKEN) {
      forget(offset, waiter);
    }
    return outcome;
  }

  private synchronized void forget(long offset, Waiter waiter) {
    Queue<Waiter> queue = queues.get(offset);
    if (queue != null && queue.remove(waiter) && queue.isEmpty()) {
      queues.remove(offset);
    }
  }

  /** Wakes those that have waited longest, at most so many; how many. */
  synchronized int wake(long offset, long most) {
    int woken = 0;
    Queue<Waiter> queue = queues.get(offset);
    while (queue != null && woken < most && !queue.isEmpty()) {
      // One whose wait has ended otherwise does not use up a wake.
      if (queue.remove().pending().end(Outcome.WOKEN)) {
        woken++;
      }
    }
    if (queue != null && queue.isEmpty()) {
      queues.remove(offset);
    }
    return woken;
  }

  /** Ends the waits of one participant, from whom the buffer is taken. */
  synchronized void end(Participant participant) {
    for (Queue<Waiter> queue : queues.values()) {
      for (Iterator<Waiter> each = queue.iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        if (waiter.participant() == participant) {
          each.remove();
          waiter.pending().end(Outcome.GONE);
        }
      }
    }
    queues.values().removeIf(Queue::isEmpty);
  }

  /** Ends all waits for ever. */
  synchronized void close() {
    closed = true;
    queues.values().forEach(queue -> queue.forEach(w -> w.pending().end(Outcome.GONE)));
    queues.clear();
  }
}
