package org.capvm.intravisor.bench;

/** A benchmark that cannot be run, or whose results were wrong. The message says why. */
public final class BenchmarkException extends Exception {
  private static final long serialVersionUID = 1L;

  BenchmarkException(String message) {
    super(message);
  }

  BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }
}
