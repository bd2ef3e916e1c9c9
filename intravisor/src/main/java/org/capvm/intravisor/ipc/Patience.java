package org.capvm.intravisor.ipc;

/**
 * How long waits for one thing look for their end before they sleep: as long as it pays. One that
 * looks in vain halves it, so that who waits for long costs nothing; one that was ended soon,
 * though it may sleep by then, brings it back.
 */
final class Patience {
  /**
   * In nanoseconds what falling asleep and being woken cost (a round trip of a stream takes 91 us
   * without looking, and 8 us with it), so that a wait costs at most twice what it must. With one
   * processor nobody could end it meanwhile.
   */
  private static final long LONGEST = Runtime.getRuntime().availableProcessors() > 1 ? 50_000 : 0;

  private static final long SHORTEST = LONGEST / 64;

  private volatile long next = LONGEST;

  /**
   * Looks for the end of a wait.
   *
   * @param start of the wait, of {@link System#nanoTime}
   * @param most nanoseconds, or {@link Participant#FOR_EVER}
   */
  void look(Wait wait, long start, long most) {
    long budget = next;
    long limit = most < 0 ? budget : Math.min(most, budget);
    while (!wait.future().isDone()) {
      if (System.nanoTime() - start >= limit) {
        if (limit == budget) {
          next = Math.max(SHORTEST, budget / 2);
        }
        return;
      }
      Thread.onSpinWait();
    }
  }

  /** A wait was ended, at that time, by whom it waited for. */
  void ended(long start, long end) {
    if (end - start <= LONGEST) {
      next = LONGEST;
    }
  }
}
