package org.capvm.runtime.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;

/**
 * The guest memory of one cVM: guest addresses {@code [LOW, size)} on lazily committed host memory.
 *
 * <p>Guest addresses are relative to the window (the DDC relocates them), so every cVM has an
 * address 0 of its own and programs linked at fixed addresses are no obstacle. The first 64 KiB are
 * never accessible: NULL and small offsets from it fault without a test of their own.
 */
public final class Window implements AutoCloseable {
  /** First accessible guest address. Debian's ET_EXEC programs are linked at 0x10000. */
  public static final long LOW = 0x10000;

  /** Guest page size in bytes; the host's pages are never larger on supported machines. */
  public static final int PAGE = 4096;

  /** Binary logarithm of {@link #PAGE}. */
  static final int PAGE_SHIFT = 12;

  private static final Cleaner CLEANER = Cleaner.create();

  /** Host address of guest address {@link #LOW}. */
  final long lowBase;

  /**
   * The same address for stores. C2 cannot know that it is the same, and so does not replace a load
   * by what the same code stored there, when a load between may have seen a later store of another
   * hart.
   */
  final long lowBaseOfStores;

  /**
   * Number of bytes of memory and aliases: an access of n bytes is in range when {@code a - LOW <=
   * limit - n}, unsigned.
   */
  final long limit;

  /**
   * Where marks of pages are that may hold tags, see {@link TagTable}: that of the page with host
   * address {@code a} at {@code tagMarks + (a >>> 12)}. Where memory has no tags there are none.
   */
  final long tagMarks;

  /** The page permissions by page number, for {@link AccessCheck}. */
  final byte[] permissions;

  private final long size;
  private final PageTable pages;
  private final TagTable tags;
  private final Aliases aliases;
  private final Window withoutAliases;

  /**
   * Reserves a window whose memory has no tags.
   *
   * @param size in bytes, a multiple of {@link #PAGE}, at least 1 MiB
   * @throws IllegalArgumentException for other sizes
   * @throws OutOfMemoryError when the host has no address space left
   */
  public Window(long size) {
    this(size, false);
  }

  /**
   * Reserves a window.
   *
   * @param tagged whether its memory can hold tagged capabilities
   * @throws IllegalArgumentException for other sizes than {@link #Window(long)} takes
   * @throws OutOfMemoryError when the host has no address space left
   */
  public Window(long size, boolean tagged) {
    this(size, tagged, 0);
  }

  /**
   * Reserves a window with room for shared buffers behind its memory.
   *
   * @param tagged whether its memory can hold tagged capabilities
   * @param aliases size of that room in bytes, a multiple of {@link #PAGE}; 0 where memory has no
   *     tags, because then nothing but the window's end confines an access
   * @throws IllegalArgumentException for other sizes
   * @throws OutOfMemoryError when the host has no address space left
   */
  public Window(long size, boolean tagged, long aliases) {
    if (aliases < 0 || aliases % PAGE != 0 || aliases > 0 && !tagged) {
      throw new IllegalArgumentException("room for shared buffers of " + aliases + " bytes");
    }
    if (size < 1 << 20 || size % PAGE != 0) {
      throw new IllegalArgumentException(
          "window size " + size + " is not a multiple of 4096 of at least 1 MiB");
    }
    this.size = size;
    long reach = size + aliases;
    long base = HostMemory.reserve(reach);
    CLEANER.register(this, () -> HostMemory.release(base, reach));
    this.lowBase = base + LOW;
    this.lowBaseOfStores = base + LOW;
    this.limit = reach - LOW;
    this.permissions = new byte[Math.toIntExact(reach / PAGE)];
    this.pages = new PageTable(permissions);
    long marks = HostMemory.reserve(marksSize(reach));
    CLEANER.register(this, () -> HostMemory.release(marks, marksSize(reach)));
    this.tagMarks = marks - (base >>> PAGE_SHIFT);
    this.tags = tagged ? new TagTable(this, reach) : null;
    this.aliases = new Aliases(this, size, reach);
    this.withoutAliases = aliases == 0 ? this : new Window(this);
  }

  private Window(Window owner) {
    this.size = owner.size;
    this.lowBase = owner.lowBase;
    this.lowBaseOfStores = owner.lowBaseOfStores;
    this.limit = owner.size - LOW;
    this.permissions = owner.permissions;
    this.pages = owner.pages;
    this.tagMarks = owner.tagMarks;
    this.tags = owner.tags;
    this.aliases = owner.aliases; // Keeps the owner, whose end gives the memory back.
    this.withoutAliases = this;
  }

  /** Whether it has room for shared buffers, and so more than {@link #withoutAliases}. */
  public boolean hasAliases() {
    return withoutAliases != this;
  }

  /**
   * The same memory for code that asks no capability: what lies behind its end is out of range. It
   * is this window where there is no room for shared buffers.
   */
  public Window withoutAliases() {
    return withoutAliases;
  }

  /** The room for shared buffers behind its memory. */
  public Aliases aliases() {
    return aliases;
  }

  /** One byte a page of what an access can reach, in whole pages. */
  private static long marksSize(long reach) {
    return (reach >>> PAGE_SHIFT) + PAGE - 1 & -PAGE;
  }

  /** The tags of its memory, or null where memory has none. */
  public TagTable tags() {
    return tags;
  }

  /**
   * Size of its memory in bytes, counting the inaccessible first 64 KiB; also the first guest
   * address behind it, where {@link #aliases} begin.
   */
  public long size() {
    return size;
  }

  /** Host address of guest address 0; for range checks of the runtime only. */
  public long hostDelta() {
    return lowBase - LOW;
  }

  /** The page permissions, consulted by system calls, the interpreter and instruction fetch. */
  public PageTable pages() {
    return pages;
  }

  /**
   * The host address of a guest range, for the checked bulk operations of the runtime only.
   *
   * @throws MemoryFault when a byte of the range lies outside the window
   */
  long hostAddress(long address, long length, AccessKind kind) {
    long offset = address - LOW;
    if (length < 0
        || Long.compareUnsigned(length, limit) > 0
        || Long.compareUnsigned(offset, limit - length) > 0) {
      throw new MemoryFault(address, kind, false);
    }
    return lowBase + offset;
  }

  /**
   * A view of guest memory for bulk transfers. The caller keeps it no longer than the call that
   * needed it. It is read-only where memory has tags, which a write would have to clear.
   *
   * @throws MemoryFault when a byte of the range lies outside the window
   */
  public MemorySegment segment(long address, long length) {
    MemorySegment view = HostMemory.segment(hostAddress(address, length, AccessKind.LOAD), length);
    return tags == null ? view : view.asReadOnly();
  }

  /**
   * A view of guest memory for as long as an arena lives, which must end before this is closed. It
   * is read-only where memory has tags.
   *
   * @throws MemoryFault when a byte of the range lies outside the window
   */
  public MemorySegment segment(long address, long length, Arena lifetime) {
    long host = hostAddress(address, length, AccessKind.LOAD);
    MemorySegment view = HostMemory.segment(host, length, lifetime, _ -> stayedUntilNow());
    return tags == null ? view : view.asReadOnly();
  }

  /** The arena refers to this object, whose addresses are therefore not reused before its end. */
  private void stayedUntilNow() {}

  /**
   * Writes bytes, as a kernel or a loader does. Tags of what is overwritten are cleared.
   *
   * @throws MemoryFault when a byte of the range lies outside the window
   */
  public void write(long address, MemorySegment bytes) {
    long length = bytes.byteSize();
    long host = hostAddress(address, length, AccessKind.STORE);
    clearTags(address, length);
    HostMemory.write(host, bytes);
  }

  /**
   * A writable view of memory that no hart can reach: of pages before they are mapped. Their tags
   * are cleared.
   *
   * @throws MemoryFault when a byte of the range lies outside the window
   */
  public MemorySegment fresh(long address, long length) {
    long host = hostAddress(address, length, AccessKind.STORE);
    clearTags(address, length);
    return HostMemory.segment(host, length);
  }

  private void clearTags(long address, long length) {
    if (tags != null) {
      tags.clear(address, length);
    }
  }

  /** Zeroes whole pages by giving them back to the host. Both bounds page-aligned. */
  public void discard(long address, long length) {
    if (length != 0) {
      long host = hostAddress(address, length, AccessKind.STORE);
      clearTags(address, length);
      HostMemory.discard(host, length);
    }
  }

  /**
   * Shows pages of a host file, which other windows may show too. The caller guarantees that the
   * file always reaches to the end of the pages: an access behind the end of a file ends the JVM.
   * All bounds page-aligned.
   *
   * @return whether the host did it; if not, nothing has changed but that tags are gone
   */
  public boolean share(long address, long length, int descriptor, long offset) {
    long host = hostAddress(address, length, AccessKind.STORE);
    clearTags(address, length);
    return HostMemory.share(host, length, descriptor, offset);
  }

  /**
   * Shows a part of a memory file, which other windows may show too, until {@link #unshare}. All
   * bounds page-aligned.
   *
   * @return whether the host did it; if not, nothing has changed but that tags are gone
   */
  public boolean share(long address, long length, MemoryFile file, long offset) {
    long host = hostAddress(address, length, AccessKind.STORE);
    clearTags(address, length);
    return file.map(host, length, offset);
  }

  /**
   * Ends {@link #share(long, long, int, long)} and the like: the pages are the window's own again,
   * and zero.
   */
  public void unshare(long address, long length) {
    long host = hostAddress(address, length, AccessKind.STORE);
    clearTags(address, length);
    HostMemory.renew(host, length);
  }

  /**
   * Gives the memory back. No hart may run on this window any more; who still looks at it, such as
   * a translator in the background, sees zeroes. The addresses are reused only when nothing refers
   * to this object any more, because a late access would end the JVM.
   */
  @Override
  public void close() {
    aliases.close();
    HostMemory.discard(lowBase - LOW, size);
  }
}
