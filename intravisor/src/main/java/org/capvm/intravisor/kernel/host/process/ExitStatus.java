package org.capvm.intravisor.kernel.host.process;

/**
 * How a process or task ended.
 *
 * @param code the low eight bits given to exit, 0 when a signal ended it
 * @param signal the signal that ended it, or 0
 */
public record ExitStatus(int code, int signal) {
  public static ExitStatus exited(int code) {
    return new ExitStatus(code & 0xff, 0);
  }

  public static ExitStatus killed(int signal) {
    return new ExitStatus(0, signal);
  }

  /** The status as wait4 stores it. */
  public int waitStatus() {
    return code << 8 | signal;
  }

  /** The status as a shell shows it: 128 + n after signal n. */
  public int shellStatus() {
    return signal != 0 ? 128 + signal : code;
  }
}
