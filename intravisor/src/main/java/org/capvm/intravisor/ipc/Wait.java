package org.capvm.intravisor.ipc;

import java.util.concurrent.CompletableFuture;

/** One thread's wait, which the first of those that may end it ends. */
final class Wait {
  /** How a wait ended. */
  enum Outcome {
    WOKEN,
    TIMED_OUT,
    GONE,
    INTERRUPTED
  }

  private final CompletableFuture<Outcome> end = new CompletableFuture<>();

  private final Runnable onEnd;

  /** Written before it ends, by each that tries to end it. */
  private volatile long endTime;

  Wait() {
    this(() -> {});
  }

  /**
   * @param onEnd run by whoever ends it
   */
  Wait(Runnable onEnd) {
    this.onEnd = onEnd;
  }

  /** Ends it, unless it has ended; whether it had not. */
  boolean end(Outcome outcome) {
    endTime = System.nanoTime();
    boolean first = end.complete(outcome);
    if (first) {
      onEnd.run();
    }
    return first;
  }

  /** When it ended, of {@link System#nanoTime}; or a little later, when others tried it as well. */
  long endTime() {
    return endTime;
  }

  CompletableFuture<Outcome> future() {
    return end;
  }
}
