package org.capvm.intravisor.kernel.host.loader;

/** A program that cannot be loaded. The message names the file. */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long error;

  /**
   * @param error what execve returns, of {@code Errno}
   */
  public LoadException(long error, String message) {
    super(message);
    this.error = error;
  }

  public long error() {
    return error;
  }
}
