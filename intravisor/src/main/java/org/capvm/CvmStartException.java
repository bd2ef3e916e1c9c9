package org.capvm;

import java.io.IOException;

/** A cVM cannot be started. The message names what is missing or wrong. */
public final class CvmStartException extends IOException {
  private static final long serialVersionUID = 1L;

  CvmStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
