package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.memory.Window;

/** Copies pages between windows, leaving out those that hold only zeroes: most were never used. */
final class PageCopy {
  private static final MemorySegment ZEROES = MemorySegment.ofArray(new byte[Window.PAGE]);

  private PageCopy() {}

  /** Copies the pages of a region to the same, untouched addresses of another window. */
  static void copy(Window from, Window to, Region region) {
    MemorySegment source = from.segment(region.start(), region.length());
    MemorySegment target = to.segment(region.start(), region.length());
    long run = 0;
    for (long page = 0; page < region.length(); page += Window.PAGE) {
      if (source.asSlice(page, Window.PAGE).mismatch(ZEROES) < 0) {
        copy(source, target, run, page);
        run = page + Window.PAGE;
      }
    }
    copy(source, target, run, region.length());
  }

  private static void copy(MemorySegment source, MemorySegment target, long start, long end) {
    if (start < end) {
      MemorySegment.copy(source, start, target, start, end - start);
    }
  }
}
