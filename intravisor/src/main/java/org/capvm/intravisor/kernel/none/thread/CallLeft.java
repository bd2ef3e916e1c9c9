package org.capvm.intravisor.kernel.none.thread;

/**
 * Ends a Java thread whose callers go on elsewhere: what is below on its stack is not its business
 * any more. Nobody catches it but the bottom of the thread.
 */
final class CallLeft extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final CallLeft INSTANCE = new CallLeft();

  private CallLeft() {
    super(null, null, false, false);
  }
}
