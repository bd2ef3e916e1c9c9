package org.capvm.intravisor.rvfi;

/** The other side does not keep to the protocol; the message is for people. */
public final class InjectionException extends Exception {
  private static final long serialVersionUID = 1;

  InjectionException(String message) {
    super(message);
  }
}
