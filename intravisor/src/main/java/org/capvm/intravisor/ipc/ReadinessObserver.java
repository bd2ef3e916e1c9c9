package org.capvm.intravisor.ipc;

/**
 * Is told whether somebody would have to wait. It is called with the object locked that changed:
 * what it does neither waits nor calls back.
 */
@FunctionalInterface
public interface ReadinessObserver {
  /** Does nothing. */
  ReadinessObserver NOBODY = _ -> {};

  /** It may be as it was before. */
  void changed(Readiness now);
}
