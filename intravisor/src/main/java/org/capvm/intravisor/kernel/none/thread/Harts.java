package org.capvm.intravisor.kernel.none.thread;

import org.capvm.runtime.hart.Hart;

/** Makes and runs the harts of a cVM. */
public interface Harts {
  /** A hart whose registers are not set yet. */
  Hart newHart();

  /** Gives a hart the stack of a place, counted from 0, and what belongs to it. */
  void setStack(Hart h, int place);

  /** Runs a hart until its kernel ends it. */
  void run(Hart h);

  /** Another hart will run beside the one that asks for this. */
  void share();

  /** Forgets what is on the stack of a place. */
  void discardStack(int place);
}
