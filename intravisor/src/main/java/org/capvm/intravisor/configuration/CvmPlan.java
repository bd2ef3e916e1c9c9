package org.capvm.intravisor.configuration;

import java.time.Duration;
import java.util.Optional;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.KernelKind;

/**
 * A cVM that a configuration asks for.
 *
 * @param name unique in its configuration
 * @param options what it runs and with what
 * @param interpreted whether its code is interpreted instead of translated
 * @param pause what follows its start before the next cVM is started
 * @param place file and line of its program, for messages
 */
public record CvmPlan(
    String name, CvmOptions options, boolean interpreted, Pause pause, String place) {
  CvmPlan withTracedHostcalls() {
    boolean traced = options.trace() || options.kernel() == KernelKind.NONE;
    return new CvmPlan(name, options.withTrace(traced), interpreted, pause, place);
  }

  /**
   * What the start of the next cVM waits for: a time, or, without one, the end of this cVM.
   *
   * @param time zero for not at all
   */
  public record Pause(Optional<Duration> time) {
    static final Pause NONE = new Pause(Optional.of(Duration.ZERO));
    static final Pause END = new Pause(Optional.empty());
  }
}
