package org.capvm.intravisor.bench;

/**
 * What some operations took.
 *
 * @param nanoseconds of wall time, of all of them
 * @param sum of all bytes that arrived
 * @param firstCpu processor time of the end that sends or copies, in nanoseconds
 * @param secondCpu processor time of the end that receives
 */
record Outcome(long nanoseconds, long sum, long firstCpu, long secondCpu) {}
