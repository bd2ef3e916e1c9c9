package org.capvm.intravisor.cvm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.runtime.capability.Dialect;

/**
 * What to run and with what.
 *
 * @param program a path inside the root when there is one, otherwise a host file
 * @param arguments behind argv[0], which is the program as it was given
 * @param environment all of the guest's environment
 * @param root the host folder that the guest sees as its root, read-only; without one the guest
 *     sees only its program
 * @param volumes folders shown over the root
 * @param memory size of the guest's memory in bytes, a multiple of 4096
 * @param workingFolder absolute path in the guest
 * @param trace whether system calls are shown on standard error
 * @param timeLimit wall time after which the guest is killed
 * @param dialect what a program with capabilities is written for, which its file does not say
 */
public record CvmOptions(
    String program,
    List<String> arguments,
    Map<String, String> environment,
    Optional<Path> root,
    List<Volume> volumes,
    long memory,
    String workingFolder,
    boolean trace,
    Optional<Duration> timeLimit,
    Dialect dialect) {
  /** Memory of a cVM when nothing else is said: lazily committed, so that it costs little. */
  public static final long DEFAULT_MEMORY = 4L << 30;

  public CvmOptions {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    volumes = List.copyOf(volumes);
  }

  /** The same with another program. */
  public CvmOptions withProgram(String other) {
    return new CvmOptions(
        other,
        arguments,
        environment,
        root,
        volumes,
        memory,
        workingFolder,
        trace,
        timeLimit,
        dialect);
  }
}
