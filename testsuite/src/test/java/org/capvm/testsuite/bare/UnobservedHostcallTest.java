package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.capvm.intravisor.event.HostcallEvent;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.Test;

/** What a hostcall costs that nobody looks at. */
class UnobservedHostcallTest {
  private static final int NUMBER = 16;
  private static final long CALLS = 10_000;

  @Test
  void withoutARecordingACallMakesNoObject() {
    assertNull(HostcallEvent.ifRecorded());
    HostcallTable table = new HostcallTable();
    table.add(NUMBER, "thread_equal", h -> h.x10 == h.x11 ? 1 : 0);
    Window window = new Window(1 << 20, false, 0);
    try {
      Hart h = new Hart(window, null, new GuestFunction[0][], null);
      h.x30 = NUMBER;
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      table.call(h); // Loads classes.
      threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (long n = 1; n < CALLS; n++) {
        table.call(h);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      // Less than half a byte a call: not one object in 30 calls.
      assertTrue(allocated < CALLS / 2, allocated + " bytes");
      assertEquals(Map.of("thread_equal", CALLS), table.counts());
    } finally {
      window.close();
    }
  }
}
