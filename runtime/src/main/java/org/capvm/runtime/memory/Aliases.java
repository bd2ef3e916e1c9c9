package org.capvm.runtime.memory;

/**
 * The part of a window behind its memory, where pages of memory files are shown. No capability that
 * a cVM starts with reaches it.
 *
 * <p>A range is given out once in a window's life: what is left of the capabilities to a range that
 * was revoked may lie anywhere, and must never meet another file.
 */
public final class Aliases {
  private final Window window;
  private final long start;
  private final long end;
  private long next;

  Aliases(Window window, long start, long end) {
    this.window = window;
    this.start = start;
    this.end = end;
    this.next = start;
  }

  /**
   * Shows a file.
   *
   * @param alignment of its address in bytes, a power of two
   * @throws OutOfMemoryError when there is no range left, or the host refuses
   */
  public synchronized Alias show(MemoryFile file, long alignment, boolean writable) {
    long step = Math.max(alignment, Window.PAGE);
    long address = next + step - 1 & -step;
    if (address < next || file.size() > end - address) {
      throw new OutOfMemoryError(
          "the cVM's address space for shared buffers, %d bytes, is used up"
              .formatted(end - start));
    }
    Alias alias = new Alias(window, address, file.size());
    alias.show(file, writable);
    next = address + file.size();
    return alias;
  }

  /** Hides everything. */
  synchronized void close() {
    if (next > start) {
      window.pages().set(start, next - start, 0);
      HostMemory.renew(window.hostAddress(start, next - start, AccessKind.STORE), next - start);
    }
  }
}
