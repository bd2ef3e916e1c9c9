package org.capvm.intravisor.deployment;

import org.capvm.intravisor.cvm.Usage;

/**
 * How a cVM of a deployment is.
 *
 * @param state where it is in its life
 * @param exitStatus as a shell shows it, of one that has ended
 * @param since when it was started, in milliseconds since 1970; 0 before
 */
public record CvmStatus(String name, State state, int exitStatus, long since, Usage usage) {
  /** Where a cVM is in its life. */
  public enum State {
    WAITING,
    RUNNING,
    ENDED
  }
}
