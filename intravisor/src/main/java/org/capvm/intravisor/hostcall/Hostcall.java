package org.capvm.intravisor.hostcall;

import java.util.List;
import java.util.Set;
import org.capvm.runtime.hart.Hart;

/**
 * A service of the Intravisor to a cVM without a kernel.
 *
 * @param number in register t5
 * @param name for people
 * @param nests whether it may run another hart on the caller's Java thread
 * @param handler what it does
 * @param arguments their kinds, from a0 on
 */
public record Hostcall(
    int number, String name, boolean nests, Handler handler, List<Argument> arguments) {
  private static final Set<Integer> OF_SERVERS = Set.of(414, 446, 700, 703, 704, 705);

  /**
   * Whether it is about a function of the caller that another cVM is in: that is between the caller
   * and the Intravisor, also where the caller's hostcalls are served by an outer cVM.
   */
  boolean isOfServers() {
    return OF_SERVERS.contains(number);
  }

  /** Carries a hostcall out. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Arguments are in a0 to a7.
     *
     * @return what a0 receives
     */
    long call(Hart h);
  }
}
