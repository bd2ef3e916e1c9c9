package org.capvm.intravisor.control;

import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.deployment.CvmStatus;

/** How the status of a cVM goes through a control socket: fields separated by tabs. */
public final class StatusLine {
  private static final int FIELDS = 8;

  private StatusLine() {}

  static String of(CvmStatus status) {
    Usage usage = status.usage();
    return "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d"
        .formatted(
            status.name(),
            status.state(),
            status.exitStatus(),
            status.since(),
            usage.cpuNanoseconds(),
            usage.memoryBytes(),
            usage.threads(),
            usage.calls());
  }

  /**
   * Reads a status.
   *
   * @throws ControlException when the line is none, as from another version of Capvm
   */
  public static CvmStatus read(String line) throws ControlException {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new ControlException("the deployment was started by another version of Capvm");
    }
    try {
      return new CvmStatus(
          fields[0],
          CvmStatus.State.valueOf(fields[1]),
          Integer.parseInt(fields[2]),
          Long.parseLong(fields[3]),
          new Usage(
              Long.parseLong(fields[4]),
              Long.parseLong(fields[5]),
              Integer.parseInt(fields[6]),
              Long.parseLong(fields[7])));
    } catch (IllegalArgumentException e) {
      throw new ControlException("the deployment was started by another version of Capvm");
    }
  }
}
