package org.capvm.intravisor.verify;

/** A vector file cannot be used; the message names it and says why. */
public final class VectorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  VectorException(String message) {
    super(message);
  }
}
