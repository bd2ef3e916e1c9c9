package org.capvm.intravisor.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as a crossing. */
class IpcGuestsTest {
  private static final Map<String, Long> BEFORE = Map.of("time", 7L, "cp_file_wait", 3L);

  @Test
  void theCallsOfARequestAreNone() {
    assertDoesNotThrow(
        () ->
            IpcGuests.requireNoCrossing(
                BEFORE, Map.of("time", 9L, "cp_file_wait", 5L, "cp_file_wake", 1L)));
  }

  @Test
  void aCallMoreIsOne() {
    assertThrows(
        BenchmarkException.class,
        () -> IpcGuests.requireNoCrossing(BEFORE, Map.of("time", 10L, "cp_file_wait", 4L)));
    assertThrows(
        BenchmarkException.class,
        () -> IpcGuests.requireNoCrossing(BEFORE, Map.of("cp_stream_send", 1L)));
  }
}
