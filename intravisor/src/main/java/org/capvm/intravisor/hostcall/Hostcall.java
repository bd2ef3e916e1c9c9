package org.capvm.intravisor.hostcall;

import java.util.List;
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
