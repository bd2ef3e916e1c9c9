package org.capvm.intravisor.cli;

/**
 * A failure that the user can mend. The message names the thing and what is wrong with it; it is
 * shown on one line, without a stack trace.
 */
final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  UserException(String message) {
    this(ExitCode.FAILED, message);
  }

  UserException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** The status that {@code cvm} ends with. */
  int exitCode() {
    return exitCode;
  }
}
