package org.capvm.intravisor.kernel.host.memory;

/** Makes empty address spaces. */
@FunctionalInterface
public interface AddressSpaces {
  /**
   * Makes one.
   *
   * @param tagged whether its memory can hold tagged capabilities
   * @throws OutOfMemoryError when the host has no room
   */
  AddressSpace create(boolean tagged);
}
