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

  /**
   * Calls during which everything is interpreted, because translated code loses what their callers
   * read, are a good part of what the program does. Called on the thread of a hart that is not in
   * guest code.
   *
   * @return whether there is no code left that loses anything; frames must then be dropped
   */
  default boolean exactCallsAreHot() {
    return false;
  }

  /** After about how many arrivals {@link #reached} is called; at least 1. */
  int threshold();
}
