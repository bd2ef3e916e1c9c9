package org.capvm.testsuite.tags;

import java.util.concurrent.atomic.AtomicReference;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/**
 * What {@link SteppedClasses} calls around every access to shared memory: the thread stops before
 * it, and says afterwards what it saw.
 */
public final class Steps {
  static final ContinuationScope SCOPE = new ContinuationScope("steps");

  /** Who is told; there is one exploration at a time. */
  static final AtomicReference<Observer> OBSERVER = new AtomicReference<>();

  /** Follows the thread that is running. */
  interface Observer {
    /** The access that the thread stopped before happens now. */
    void stepping();

    void saw(String site, String value);

    void spins(String loopHead);
  }

  private Steps() {}

  /** An access follows. */
  public static void before() {
    if (Continuation.getCurrentContinuation(SCOPE) != null) {
      Continuation.yield(SCOPE);
      OBSERVER.get().stepping();
    }
  }

  public static void saw(String site, String value) {
    if (Continuation.getCurrentContinuation(SCOPE) != null) {
      OBSERVER.get().saw(site, value);
    }
  }

  /** The loop that starts at a site goes round again, and forgets what it has seen. */
  public static void spins(String loopHead) {
    if (Continuation.getCurrentContinuation(SCOPE) != null) {
      OBSERVER.get().spins(loopHead);
    }
  }

  public static String text(Object value) {
    return value instanceof Object[] ? "page" : String.valueOf(value);
  }
}
