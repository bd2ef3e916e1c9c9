package org.capvm.runtime.interpreter;

import org.capvm.runtime.hart.Hart;

/** Is told by the interpreter which code runs often, so that it can be translated on demand. */
public interface HotCode {
  /** What was reached often. */
  enum Kind {
    /** The target of calls. */
    FUNCTION,
    /** The target of backward branches and jumps. */
    LOOP
  }

  /**
   * Code was reached as often as {@link #threshold} says. Called once for each address and kind
   * (again after the code was invalidated), on the thread of the hart that reached it, which waits:
   * hand longer work to another thread. What it publishes is entered the next time control arrives
   * there.
   */
  void reached(Hart h, long address, Kind kind);

  /** After about how many arrivals {@link #reached} is called; at least 1. */
  int threshold();
}
