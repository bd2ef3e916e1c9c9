package org.capvm.testsuite.hostcall;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.none.BareGuest;
import org.capvm.runtime.memory.TagTable;
import org.capvm.runtime.memory.Window;

/** What a bare cVM keeps to itself, which only these tests look into. */
final class GuestMemory {
  private GuestMemory() {}

  static Window window(BareGuest guest) {
    return field(guest, "window", Window.class);
  }

  static Participant participant(BareGuest guest) {
    return field(guest, "participant", Participant.class);
  }

  static HostcallTable hostcalls(BareGuest guest) {
    return field(guest, "hostcalls", HostcallTable.class);
  }

  private static <T> T field(BareGuest guest, String name, Class<T> type) {
    try {
      var field = BareGuest.class.getDeclaredField(name);
      field.setAccessible(true);
      return type.cast(field.get(guest));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("BareGuest has changed", e);
    }
  }

  /** All that is in a window, without the shared buffers behind it. */
  static byte[] content(Window window) {
    return all(window).toArray(ValueLayout.JAVA_BYTE);
  }

  static MemorySegment all(Window window) {
    return window.segment(Window.LOW, window.size() - Window.LOW);
  }

  /** Where a text of some bytes is in a window, or -1. */
  static long find(Window window, long value) {
    MemorySegment all = all(window);
    for (long at = 0; at < all.byteSize(); at += Long.BYTES) {
      if (all.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == value) {
        return at + Window.LOW;
      }
    }
    return -1;
  }

  /** The tagged granules of a window. */
  static List<Long> tagged(Window window) {
    return LongStream.iterate(Window.LOW, at -> at < window.size(), at -> at + TagTable.GRANULE)
        .filter(window.tags()::isTagged)
        .boxed()
        .toList();
  }
}
