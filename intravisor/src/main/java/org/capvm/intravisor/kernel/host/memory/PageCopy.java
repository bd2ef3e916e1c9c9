package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.memory.Window;

/** Copies pages between windows, leaving out those that hold only zeroes: most were never used. */
final class PageCopy {
  private static final MemorySegment ZEROES = MemorySegment.ofArray(new byte[Window.PAGE]);

  private PageCopy() {}

  /** Copies the pages of a region, and their tags, to the same, untouched addresses elsewhere. */
  static void copy(Window from, Window to, Region region) {
    MemorySegment source = from.segment(region.start(), region.length());
    long run = 0;
    for (long page = 0; page < region.length(); page += Window.PAGE) {
      if (source.asSlice(page, Window.PAGE).mismatch(ZEROES) < 0) {
        copy(source, to, region.start(), run, page);
        run = page + Window.PAGE;
      }
    }
    copy(source, to, region.start(), run, region.length());
    if (from.tags() != null) {
      from.tags().copy(region.start(), region.length(), to.tags(), region.start());
    }
  }

  private static void copy(MemorySegment source, Window to, long address, long start, long end) {
    if (start < end) {
      to.write(address + start, source.asSlice(start, end - start));
    }
  }
}
