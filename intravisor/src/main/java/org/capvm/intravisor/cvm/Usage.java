package org.capvm.intravisor.cvm;

/**
 * What a cVM takes.
 *
 * @param cpuNanoseconds processor time of its threads so far
 * @param memoryBytes of guest memory that is mapped
 * @param threads that it has now
 * @param calls system calls or hostcalls made so far
 */
public record Usage(long cpuNanoseconds, long memoryBytes, int threads, long calls) {
  /** Of a cVM that does not run yet. */
  public static final Usage NOTHING = new Usage(0, 0, 0, 0);
}
