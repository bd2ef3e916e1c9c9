package org.capvm.intravisor.ipc;

/**
 * What a function is called with.
 *
 * @param caller the cVM that calls
 * @param first integer, in the callee's a1; the next two in a2 and a3
 * @param buffer of which the callee gets a copy
 */
public record CallArguments(
    Participant caller, long first, long second, long third, CallBuffer buffer) {
  /** The same with bytes that are kept elsewhere. */
  public CallArguments with(CallBuffer kept) {
    return new CallArguments(caller, first, second, third, kept);
  }
}
