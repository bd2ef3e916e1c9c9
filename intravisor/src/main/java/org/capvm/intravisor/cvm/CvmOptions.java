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
 * @param trace whether system calls, or hostcalls, are shown on standard error
 * @param timeLimit wall time after which the guest is killed
 * @param dialect what a program with capabilities is written for, which its file does not say
 * @param kernel who answers its environment calls
 * @param limits what it may take
 * @param disk its block device
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
    Dialect dialect,
    KernelKind kernel,
    Limits limits,
    Optional<Disk> disk) {
  /** Memory of a cVM when nothing else is said: lazily committed, so that it costs little. */
  public static final long DEFAULT_MEMORY = 4L << 30;

  public CvmOptions {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    volumes = List.copyOf(volumes);
  }

  /** A program under the {@code host} kernel, without arguments, environment and limits. */
  public static CvmOptions of(String program) {
    return new CvmOptions(
        program,
        List.of(),
        Map.of(),
        Optional.empty(),
        List.of(),
        DEFAULT_MEMORY,
        "/",
        false,
        Optional.empty(),
        Dialect.XCHERI_V9,
        KernelKind.HOST,
        Limits.NONE,
        Optional.empty());
  }

  private CvmOptions with(
      String otherProgram,
      List<String> otherArguments,
      long otherMemory,
      Optional<Duration> otherTimeLimit,
      KernelKind otherKernel,
      Limits otherLimits) {
    return new CvmOptions(
        otherProgram,
        otherArguments,
        environment,
        root,
        volumes,
        otherMemory,
        workingFolder,
        trace,
        otherTimeLimit,
        dialect,
        otherKernel,
        otherLimits,
        disk);
  }

  /** The same with another program. */
  public CvmOptions withProgram(String other) {
    return with(other, arguments, memory, timeLimit, kernel, limits);
  }

  /** The same with other arguments. */
  public CvmOptions withArguments(List<String> other) {
    return with(program, other, memory, timeLimit, kernel, limits);
  }

  /** The same with the trace on or off. */
  public CvmOptions withTrace(boolean other) {
    return new CvmOptions(
        program,
        arguments,
        environment,
        root,
        volumes,
        memory,
        workingFolder,
        other,
        timeLimit,
        dialect,
        kernel,
        limits,
        disk);
  }

  /** The same with other volumes. */
  public CvmOptions withVolumes(List<Volume> others) {
    return new CvmOptions(
        program,
        arguments,
        environment,
        root,
        others,
        memory,
        workingFolder,
        trace,
        timeLimit,
        dialect,
        kernel,
        limits,
        disk);
  }

  /** The same with another amount of memory, in bytes. */
  public CvmOptions withMemory(long other) {
    return with(program, arguments, other, timeLimit, kernel, limits);
  }

  /** The same with a time limit. */
  public CvmOptions withTimeLimit(Duration limit) {
    return with(program, arguments, memory, Optional.of(limit), kernel, limits);
  }

  /** The same with another kernel. */
  public CvmOptions withKernel(KernelKind other) {
    return with(program, arguments, memory, timeLimit, other, limits);
  }

  /** The same with other limits. */
  public CvmOptions withLimits(Limits other) {
    return with(program, arguments, memory, timeLimit, kernel, other);
  }
}
