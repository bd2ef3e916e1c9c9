package org.capvm.intravisor.cvm;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param exitStatus as a shell shows it: the exit code, 128 + n after signal n, 124 after the time
 *     limit
 * @param systemCalls how often each system call was made, by name
 * @param mostMappedBytes the largest amount of guest memory that was mapped at a time
 */
public record CvmResult(int exitStatus, Map<String, Long> systemCalls, long mostMappedBytes) {
  /** Exit status after the time limit, as timeout(1) has it. */
  public static final int TIME_LIMIT = 124;
}
