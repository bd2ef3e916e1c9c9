package org.capvm.intravisor.configuration;

import java.time.Duration;
import java.util.Optional;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Placement;

/**
 * A cVM that a configuration asks for.
 *
 * @param name unique in its configuration
 * @param options what it runs and with what
 * @param interpreted whether its code is interpreted instead of translated
 * @param pause what follows its start before the next cVM is started
 * @param place file and line of its program, for messages
 * @param placement where it lies among those that share its window, if any do
 */
public record CvmPlan(
    String name,
    CvmOptions options,
    boolean interpreted,
    Pause pause,
    String place,
    Optional<Placement> placement) {
  CvmPlan withTracedHostcalls() {
    boolean traced = options.trace() || options.kernel() == KernelKind.NONE;
    return new CvmPlan(name, options.withTrace(traced), interpreted, pause, place, placement);
  }

  CvmPlan placed(Placement where) {
    CvmOptions placed = options.withMemory(where.size());
    return new CvmPlan(name, placed, interpreted, pause, place, Optional.of(where));
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
