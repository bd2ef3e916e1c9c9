package org.capvm.intravisor.kernel.host.loader;

import org.capvm.intravisor.kernel.host.abi.Errno;

/** A program that cannot be loaded. The message names the file. */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long error;
  private final boolean missing;

  /**
   * Something is wrong with the program, or it is missing.
   *
   * @param error what execve returns, of {@code Errno}
   */
  public LoadException(long error, String message) {
    this(error, error == Errno.ENOENT, message);
  }

  private LoadException(long error, boolean missing, String message) {
    super(message);
    this.error = error;
    this.missing = missing;
  }

  /** Something that a program needs is wrong or missing, but the program is there. */
  static LoadException inNeed(long error, String message) {
    return new LoadException(error, false, message);
  }

  public long error() {
    return error;
  }

  /** Whether there is no such program. execve says the same of a missing dynamic linker. */
  public boolean programIsMissing() {
    return missing;
  }
}
