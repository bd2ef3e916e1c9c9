package org.capvm.intravisor.kernel.none;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.runtime.memory.Window;

/**
 * What a guest finds where its thread pointer points, as in the original: the address of the
 * capability store.
 */
final class ThreadPage {
  private ThreadPage() {}

  static void prepare(Window window, BareLayout layout, int place) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment store = arena.allocateFrom(ValueLayout.JAVA_LONG, layout.store());
      window.write(layout.threadPage(place), store);
    }
  }
}
