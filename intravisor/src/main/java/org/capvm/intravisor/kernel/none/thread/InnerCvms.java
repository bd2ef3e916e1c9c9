package org.capvm.intravisor.kernel.none.thread;

/** The cVMs that are nested in one, and whose hostcalls it serves. */
public interface InnerCvms {
  /** None. */
  InnerCvms NONE =
      new InnerCvms() {
        @Override
        public boolean areLeft() {
          return false;
        }

        @Override
        public void end() {}
      };

  /** Whether any of them runs, or has not started yet. */
  boolean areLeft();

  /** Ends them all, and lets none start any more. */
  void end();
}
