package org.capvm.intravisor.kernel.none.thread;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/** Makes and runs the harts of a cVM. */
public interface Harts {
  /** A hart whose registers are not set yet. */
  Hart newHart();

  /** Gives a hart the stack of a place, counted from 0, and what belongs to it. */
  void setStack(Hart h, int place);

  /** Runs a hart until its kernel ends it. */
  void run(Hart h);

  /** Puts what a thread finds on its stack there, after {@link #discardStack}. */
  void prepareStack(int place);

  /** How many bytes a caller's buffer may have. */
  long largestBuffer();

  /**
   * Gives a hart a prepared stack for a function that another cVM calls, with room for the caller's
   * bytes at its end.
   *
   * @param bytes at most {@link #largestBuffer}
   * @return the capability of exactly the room, or NULL with its address where there are none
   */
  Capability setServiceStack(Hart h, int place, long bytes);

  /** Runs a hart until its function returns; false when it has ended without that. */
  boolean runCall(Hart h);

  /** The memory of the cVM. */
  Window window();

  /**
   * A hart that goes on behind the hostcall that another one waits in, whose Java thread will not
   * come back from there.
   *
   * @param result of the hostcall
   */
  Hart goOn(Hart waiting, long result);

  /** As {@link #goOn}, but at the hostcall, which it makes again. */
  Hart repeat(Hart waiting);

  /** Another hart will run beside the one that asks for this. */
  void share();

  /** Forgets what is on the stack of a place. */
  void discardStack(int place);
}
