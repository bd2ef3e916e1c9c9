package org.capvm.intravisor.control;

/** A deployment that cannot be reached or refuses. The message says why. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  public ControlException(String message) {
    super(message);
  }
}
