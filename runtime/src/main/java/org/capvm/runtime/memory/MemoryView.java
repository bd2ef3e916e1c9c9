package org.capvm.runtime.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;

/**
 * A memory file as Java sees it, in a mapping of its own that can be revoked: the segment, its
 * slices and copies in flight then reach zeroes only, and further accesses throw {@link
 * IllegalStateException}.
 */
public final class MemoryView {
  private static final Cleaner CLEANER = Cleaner.create();

  private final long base;
  private final long size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private boolean revoked;

  /**
   * Maps a file.
   *
   * @throws OutOfMemoryError when the host has no room
   */
  public MemoryView(MemoryFile file, boolean writable) {
    long length = file.size();
    long address = HostMemory.reserve(length);
    base = address;
    size = length;
    MemorySegment all = HostMemory.segment(address, length, arena);
    segment = writable ? all : all.asReadOnly();
    // As long as anybody has a segment, even one that is dead, the addresses are not given away.
    CLEANER.register(segment.scope(), () -> HostMemory.release(address, length));
    if (!file.map(address)) {
      revoke();
      throw new OutOfMemoryError("the host refused to map " + length + " bytes of a memory file");
    }
  }

  /** All of the file. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Takes the contents away from everybody who has the segment.
   *
   * @throws OutOfMemoryError when the host cannot replace the pages: they are still there
   */
  public synchronized void revoke() {
    if (!revoked) {
      HostMemory.renew(base, size);
      revoked = true;
      try {
        arena.close();
      } catch (IllegalStateException e) {
        // A native call holds the segment: it sees zeroes.
      }
    }
  }
}
