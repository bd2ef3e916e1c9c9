package org.capvm.intravisor.kernel.host.signal;

/** What a signal does to its receiver. */
sealed interface Delivery {
  /** The signal. */
  SignalInfo info();

  /** Runs a guest function. */
  record Handle(SignalInfo info, SignalAction action) implements Delivery {}

  /** Ends the process. */
  record Terminate(SignalInfo info) implements Delivery {}

  /** Stops the process until SIGCONT. */
  record Stop(SignalInfo info) implements Delivery {}
}
