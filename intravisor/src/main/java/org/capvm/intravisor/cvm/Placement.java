package org.capvm.intravisor.cvm;

import java.util.Optional;
import java.util.Set;

/**
 * Where a bare cVM lies that shares a window with others, since it is nested in one of them or they
 * in it. Addresses are of guest memory, in bytes.
 *
 * @param window size of what all of them share
 * @param number 0 for the outermost, and another for each of the others
 * @param start where the cVM's own memory begins: its program, its heap and its stacks
 * @param size of that, up to where its stacks end
 * @param low the lowest address of its capabilities
 * @param high the address behind them; a cVM's bounds cover all that is nested in it
 * @param outer the name of the cVM that serves its hostcalls; the Intravisor does without one
 * @param inner the names of those whose hostcalls it serves
 */
public record Placement(
    long window,
    int number,
    long start,
    long size,
    long low,
    long high,
    Optional<String> outer,
    Set<String> inner) {
  public Placement {
    inner = Set.copyOf(inner);
    if (start < low || size <= 0 || start + size > high || low < 0 || high > window) {
      throw new IllegalArgumentException(
          "0x%x bytes at 0x%x, in bounds 0x%x to 0x%x of 0x%x"
              .formatted(size, start, low, high, window));
    }
  }

  /** The address behind its own memory. */
  public long end() {
    return start + size;
  }
}
