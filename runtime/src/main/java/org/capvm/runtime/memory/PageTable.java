package org.capvm.runtime.memory;

/**
 * Permissions of the pages of a window, as mmap and mprotect set them.
 *
 * <p>This is a software table: host page protection is never a check, because a fault in a raw
 * access ends the JVM. System calls, the interpreter, instruction fetch and, where faults are
 * precise, translated code consult it. Reads are racy by design; writers are serialised by the
 * owner of the window's mappings.
 */
public final class PageTable {
  /** The page exists; without another bit it is PROT_NONE. */
  public static final int MAPPED = 8;

  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int EXECUTE = 4;

  /** Storing a tagged capability faults: memory that others see without seeing its tags. */
  public static final int UNTAGGED = 16;

  private final byte[] permissions;

  /**
   * @param permissions one byte for each page of a window
   */
  PageTable(byte[] permissions) {
    this.permissions = permissions;
  }

  /** The permission bits of the page that holds an address; 0 outside the window. */
  public int permissions(long address) {
    long page = address >>> 12;
    return page < permissions.length ? permissions[(int) page] : 0;
  }

  /**
   * Sets the permissions of the pages that overlap {@code [address, address + length)}; those below
   * {@link Window#LOW} never get any.
   */
  public void set(long address, long length, int bits) {
    if (length <= 0) {
      return;
    }
    int first = Math.toIntExact(Math.max(address, Window.LOW) >>> 12);
    int last = Math.toIntExact((address + length - 1) >>> 12);
    for (int page = first; page <= last; page++) {
      permissions[page] = (byte) bits;
    }
  }

  /**
   * Checks a store of a capability that lies in one page.
   *
   * @throws MemoryFault when the page forbids it
   */
  public void checkCapabilityStore(long address, boolean tagged) {
    check(address, 1, AccessKind.STORE);
    if (tagged && (permissions(address) & UNTAGGED) != 0) {
      throw new MemoryFault(address, AccessKind.STORE, true);
    }
  }

  /**
   * Checks an access against the table.
   *
   * @throws MemoryFault when a page of the range is not mapped or forbids the access
   */
  public void check(long address, long length, AccessKind kind) {
    int need =
        switch (kind) {
          case LOAD -> READ;
          case STORE -> WRITE;
          case FETCH -> EXECUTE;
        };
    long end = address + length;
    if (length < 0 || Long.compareUnsigned(end, address) < 0) {
      throw new MemoryFault(address, kind, false);
    }
    for (long page = address & -4096L; page < end; page += Window.PAGE) {
      int bits = permissions(page);
      if ((bits & need) == 0) {
        throw new MemoryFault(Math.max(page, address), kind, (bits & MAPPED) != 0);
      }
    }
  }
}
