package org.capvm.intravisor.cli;

/**
 * Exit statuses of {@code cvm}. {@code cvm run} ends with the guest's status, so its own failures
 * take the numbers that env, timeout and shells use for the same purpose.
 */
final class ExitCode {
  static final int OK = 0;

  /** Something named in the command is missing, broken or refused. */
  static final int FAILED = 1;

  /** The command line itself is wrong. */
  static final int USAGE = 2;

  /** {@code run}: the time limit ended the program. */
  static final int TIME_LIMIT = 124;

  /** {@code run}: the cVM could not be made, or its command line is wrong. */
  static final int RUN_FAILED = 125;

  /** {@code run}: the program exists but is not one that can be run. */
  static final int NOT_RUNNABLE = 126;

  /** {@code run}: there is no such program. */
  static final int NOT_FOUND = 127;

  private ExitCode() {}
}
