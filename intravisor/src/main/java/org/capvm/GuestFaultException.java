package org.capvm;

/**
 * A guest function did not return: a fault, an exit or a time limit has ended its cVM. The Java
 * program and other cVMs go on.
 */
public final class GuestFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  GuestFaultException(String message, int status) {
    super(message);
    this.status = status;
  }

  /**
   * How the cVM ended, as a shell shows it: the exit code, 128 + n after signal n (139 after an
   * access outside its memory, 137 after a kill), 124 after the time limit.
   */
  public int status() {
    return status;
  }
}
