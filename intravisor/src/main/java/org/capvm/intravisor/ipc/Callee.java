package org.capvm.intravisor.ipc;

import org.capvm.runtime.hart.Hart;

/** A function of a cVM that others may call, as its kernel carries it out. */
public interface Callee {
  /**
   * Calls it on the Java thread of the caller, and returns when the function does, or when one of
   * both sides has left the call.
   *
   * @param caller the hart that calls, in its kernel
   * @param nanoseconds at most, or {@link Participant#FOR_EVER}. When they are over, the caller
   *     goes on, and so does the function, whose result is dropped: a function that others could
   *     end in its middle could not keep its data in order.
   * @return what the function returned
   * @throws IpcException when there is no result
   */
  long call(Hart caller, CallArguments arguments, long nanoseconds) throws IpcException;

  /**
   * Calls it on a thread of its own.
   *
   * @param call is told how it ended
   * @throws IpcException when it did not begin
   */
  void start(CallArguments arguments, StartedCall call) throws IpcException;
}
