package org.capvm.runtime.memory;

/**
 * A range of a window, behind its memory, that shows a memory file.
 *
 * <p>{@link #hide} puts zeroed pages in place of the file's at once, and forbids all accesses. A
 * hart that passed its checks before, and accesses afterwards, therefore finds dead memory.
 */
public final class Alias {
  private final Window window;
  private final long address;
  private final long length;

  Alias(Window window, long address, long length) {
    this.window = window;
    this.address = address;
    this.length = length;
  }

  /** The guest address of the first byte. */
  public long address() {
    return address;
  }

  /** In bytes, a multiple of {@link Window#PAGE}. */
  public long length() {
    return length;
  }

  /**
   * Shows a file of this length.
   *
   * @throws OutOfMemoryError when the host refuses
   */
  public synchronized void show(MemoryFile file, boolean writable) {
    long host = window.hostAddress(address, length, AccessKind.STORE);
    if (file.size() != length || !file.map(host)) {
      throw new OutOfMemoryError("the host refused to map " + length + " bytes of a memory file");
    }
    int writing = writable ? PageTable.WRITE : 0;
    window.pages().set(address, length, PageTable.MAPPED | PageTable.READ | writing);
  }

  /**
   * Ends it. When this returns nobody reaches the file through the range, whatever copies of
   * capabilities there are and whatever has been checked.
   *
   * @throws OutOfMemoryError when the host cannot replace the pages: accesses are forbidden, but
   *     one that was checked before may still reach the file
   */
  public synchronized void hide() {
    window.pages().set(address, length, 0);
    HostMemory.renew(window.hostAddress(address, length, AccessKind.STORE), length);
  }
}
