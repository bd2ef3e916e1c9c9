package org.capvm.intravisor.cvm;

/** A cVM that cannot be started. The message names what is wrong. */
public final class CvmException extends Exception {
  private static final long serialVersionUID = 1L;

  public CvmException(String message) {
    super(message);
  }

  public CvmException(String message, Throwable cause) {
    super(message, cause);
  }
}
