package org.capvm.intravisor.kernel.host.memory;

import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SharedPages;
import org.capvm.intravisor.kernel.host.futex.FutexTable;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * The guest memory of a process: its window and what is mapped where.
 *
 * <p>All of the window is committable host memory, so mapping only changes the page table and the
 * list of regions; unmapping gives pages back, and they read as zero when they are mapped again.
 * Private file mappings are copies. Shared memory is the same pages in all address spaces of the
 * cVM; pages of a file that were changed go back to it on msync, munmap and exit.
 *
 * <p>Results are values or negative errors of {@link Errno}.
 */
public final class AddressSpace {
  private static final int PAGE = Window.PAGE;

  /** Futex keys: who the word belongs to, and where it lies there. */
  private static final int KEY_SHIFT = 40;

  private static final long KEY_MASK = (1L << KEY_SHIFT) - 1;

  private final Window window;
  private final GuestMemory memory;
  private final PageTable pages;
  private final Layout layout;
  private final SharedMemory common;
  private final long id;
  private final ExecutableMappings executable;
  private final Regions regions = new Regions();
  private final FilePages filePages;
  private long heapStart;
  private long heapEnd;
  private int users = 1;
  private volatile boolean hasShared;
  private volatile ProgramInfo program = ProgramInfo.NONE;
  private boolean faultsAreSeen;

  /**
   * @param common what it shares with the other address spaces of the cVM
   */
  public AddressSpace(Window window, ExecutableMappings executable, SharedMemory common) {
    this.window = window;
    this.common = common;
    this.id = common.newId();
    this.memory = new GuestMemory(window);
    this.pages = window.pages();
    this.layout = Layout.of(window);
    this.executable = executable;
    this.filePages = new FilePages(window);
  }

  public Window window() {
    return window;
  }

  /** Checked access for system calls. */
  public GuestMemory memory() {
    return memory;
  }

  public Layout layout() {
    return layout;
  }

  /** The threads that wait for words of memory, by {@link #futexKey}. */
  public FutexTable futexes() {
    return common.futexes();
  }

  /**
   * What a word is known by to those who wait for it: its place in shared memory, which may lie at
   * another address in another process, otherwise its address here.
   *
   * @param shared whether the word may lie in shared memory
   */
  public long futexKey(long address, boolean shared) {
    if (shared && hasShared) {
      synchronized (this) {
        Region region = regions.at(address);
        if (region != null && region.object() != null) {
          return region.object().id() << KEY_SHIFT
              | region.offset() + (address - region.start()) & KEY_MASK;
        }
      }
    }
    return id << KEY_SHIFT | address & KEY_MASK;
  }

  /**
   * A word of pages that other cVMs show, too.
   *
   * @param offset in the pages
   */
  public record CommonWord(SharedPages.WordWaits waits, long offset) {}

  /** What an address is a word of, when other cVMs may wait for it, too; otherwise null. */
  public CommonWord commonWord(long address) {
    if (hasShared) {
      synchronized (this) {
        Region region = regions.at(address);
        if (region != null && region.object() != null && region.object().wordWaits() != null) {
          return new CommonWord(
              region.object().wordWaits(), region.offset() + (address - region.start()));
        }
      }
    }
    return null;
  }

  /** Guest address that signal handlers return to: rt_sigreturn in the vDSO. */
  public long signalReturn() {
    return program().signalReturn();
  }

  public ExecutableMappings executable() {
    return executable;
  }

  /** What is mapped, ascending. */
  public synchronized List<Region> regions() {
    return regions.all();
  }

  /** What was loaded into it. */
  public ProgramInfo program() {
    return program;
  }

  public void setProgram(ProgramInfo loaded) {
    program = loaded;
  }

  /**
   * A process handles memory faults from now on, here and in copies of this address space.
   *
   * @return whether the caller's translated frames must be left, see {@link ExecutableMappings}
   */
  public synchronized boolean faultsAreSeen() {
    if (faultsAreSeen) {
      return false;
    }
    faultsAreSeen = true;
    return executable.faultsAreSeen();
  }

  /** Another process shares this address space (CLONE_VM). */
  public synchronized AddressSpace share() {
    users++;
    return this;
  }

  /**
   * A process has no use for it any more; with the last one, shared mappings are written back and
   * the window is given back. No hart may run on it then.
   */
  public synchronized void leave() {
    if (--users == 0) {
      regions.all().forEach(this::giveBack);
      regions.clear();
      window.close();
    }
  }

  /**
   * fork: gives an empty address space of the same size copies of what this one has; shared memory
   * stays shared.
   *
   * @return 0 or an error
   */
  public synchronized long copyTo(AddressSpace child) {
    synchronized (child) {
      child.heapStart = heapStart;
      child.heapEnd = heapEnd;
      child.program = program;
      if (faultsAreSeen) {
        child.faultsAreSeen();
      }
      for (Region region : regions.all()) {
        if (region.object() == null) {
          PageCopy.copy(window, child.window, region);
        } else {
          long error = child.show(region);
          if (error != 0) {
            return error;
          }
        }
        child.regions.add(region);
        child.pages.set(region.start(), region.length(), child.bits(region));
        if (region.executable()) {
          child.executable.changed(region.start(), region.length());
          if (region.file() != null && !region.shared()) {
            child.executable.mapped(
                region.file(), region.offset(), region.start(), region.length());
          }
        }
      }
      return 0;
    }
  }

  /**
   * Maps memory.
   *
   * @param fixed the address to map at, replacing what is there; -1 to choose one
   * @param hint a preferred address, or 0
   * @param length in bytes, rounded up to pages
   * @param protection of PROT_READ, PROT_WRITE and PROT_EXEC
   * @param file what to show, or null for zeroes
   * @param offset page-aligned
   * @return the address, or an error
   */
  public synchronized long map(
      long fixed,
      long hint,
      long length,
      int protection,
      boolean shared,
      OpenFile file,
      long offset,
      String label) {
    return map(fixed, hint, length, protection, shared, file, offset, null, label);
  }

  /**
   * As the public one.
   *
   * @param object for shared memory that exists already; the offset is then one in it
   */
  private long map(
      long fixed,
      long hint,
      long length,
      int protection,
      boolean shared,
      OpenFile file,
      long offset,
      SharedPages object,
      String label) {
    long size = roundUp(length);
    if (size <= 0 || size > window.size()) {
      return length <= 0 ? Errno.EINVAL : Errno.ENOMEM;
    }
    if (regions.isFull()) {
      return Errno.ENOMEM;
    }
    long address = fixed;
    if (fixed == -1) {
      address = choose(hint, size, file, offset);
      if (address < 0) {
        return address;
      }
    } else if (!inWindow(fixed, size)) {
      return Errno.ENOMEM;
    } else {
      clear(address, address + size);
    }
    Region region =
        new Region(address, address + size, protection, shared, file, offset, object, label);
    if (shared) {
      SharedPages[] shown = {object};
      long error = showNew(region, shown);
      if (error != 0) {
        return error;
      }
      region = region.showing(shown[0]);
    } else if (file != null) {
      long error = filePages.load(region);
      if (error < 0) {
        window.discard(address, size);
        return error;
      }
    }
    regions.add(region);
    pages.set(address, size, bits(region));
    if (region.executable()) {
      executable.changed(address, size);
      if (file != null && !shared) {
        executable.mapped(file, offset, address, size);
      }
    }
    return address;
  }

  /** Shows the pages of a new shared region. */
  private long showNew(Region region, SharedPages[] object) {
    if (object[0] == null && region.file() != null) {
      return common.with(region.file(), object, o -> showAtFirst(region.showing(o)));
    }
    if (object[0] == null) {
      object[0] = common.anonymous();
      if (object[0] == null) {
        return Errno.ENOMEM;
      }
    }
    return showAtFirst(region.showing(object[0]));
  }

  /** Shows pages as another mapping does; where they were taken away, there is nothing to show. */
  private long show(Region region) {
    long error = showAtFirst(region);
    return error != 0 && region.object().isRevoked() ? 0 : error;
  }

  private long showAtFirst(Region region) {
    hasShared = true;
    return region
        .object()
        .map(window, region.start(), region.length(), region.offset(), region.file());
  }

  /** Empties the pages of a region that is no more: shared ones become the window's own again. */
  private void giveBack(Region region) {
    if (region.object() == null) {
      window.discard(region.start(), region.length());
    } else {
      window.unshare(region.start(), region.length());
      region
          .object()
          .unmap(window, region.start(), region.length(), region.offset(), region.file());
    }
  }

  /** Whether nothing is mapped in a range of the window. */
  public synchronized boolean isFree(long address, long length) {
    return inWindow(address, roundUp(length)) && regions.isFree(address, address + roundUp(length));
  }

  /**
   * A free range for a position-independent file: at its preferred address when that is free.
   *
   * @return the address, or ENOMEM
   */
  public synchronized long findSpace(OpenFile file, long length) {
    return choose(0, roundUp(length), file, 0);
  }

  /**
   * A free range at a multiple of a power of two, for the caller to map at once.
   *
   * @return the address, or ENOMEM
   */
  public synchronized long findAligned(long length, long alignment) {
    long address = regions.highestFree(Window.LOW, layout.mapTop(), roundUp(length), alignment);
    return address < 0 ? Errno.ENOMEM : address;
  }

  private long choose(long hint, long size, OpenFile file, long offset) {
    long wanted = hint & -PAGE;
    if (wanted != 0 && inWindow(wanted, size) && regions.isFree(wanted, wanted + size)) {
      return wanted;
    }
    if (file != null && offset == 0) {
      long preferred = PreferredAddress.of(file, size, layout, regions);
      if (preferred != 0) {
        return preferred;
      }
    }
    return chooseAnywhere(size);
  }

  private long chooseAnywhere(long size) {
    long address = regions.highestFree(layout.elfHigh(), layout.mapTop(), size, PAGE);
    if (address < 0) {
      address = regions.highestFree(Window.LOW, layout.mapTop(), size, PAGE);
    }
    return address < 0 ? Errno.ENOMEM : address;
  }

  /** Unmaps a range; holes in it do not matter. */
  public synchronized long unmap(long address, long length) {
    long size = roundUp(length);
    if (address % PAGE != 0 || size <= 0) {
      return Errno.EINVAL;
    }
    if (!inWindow(address, size)) {
      // Nothing is ever mapped outside; Linux accepts any range below the end of user space.
      return address >= 0 && address + size > 0 ? 0 : Errno.EINVAL;
    }
    clear(address, address + size);
    return 0;
  }

  private void clear(long from, long to) {
    List<Region> removed = regions.in(from, to);
    if (removed.isEmpty()) {
      return;
    }
    removed.forEach(part -> pages.set(part.start(), part.length(), 0));
    executable.permissionsTaken();
    for (Region part : removed) {
      giveBack(part);
      if (part.executable()) {
        executable.changed(part.start(), part.length());
      }
    }
    regions.remove(from, to);
  }

  /** Changes permissions; ENOMEM when a page of the range is not mapped. */
  public synchronized long protect(long address, long length, int protection) {
    long size = roundUp(length);
    if (address % PAGE != 0) {
      return Errno.EINVAL;
    }
    if (size == 0) {
      return 0;
    }
    if (!inWindow(address, size)
        || !regions.isCovered(address, address + size)
        || regions.isFull()) {
      return Errno.ENOMEM;
    }
    List<Region> parts = regions.in(address, address + size);
    for (Region part : parts) {
      if (part.shared()
          && part.file() != null
          && (protection & Region.WRITE) != 0
          && !part.file().isWritable()) {
        return Errno.EACCES;
      }
      if (part.file() != null
          && part.file().sharedPages() != null
          && (protection & Region.EXECUTE) != 0) {
        return Errno.EACCES;
      }
    }
    boolean taken = false;
    for (Region part : parts) {
      if (part.protection() == protection) {
        continue;
      }
      taken |= (part.protection() & ~protection) != 0;
      if (part.file() != null) {
        part.file().retain();
      }
      regions.remove(part.start(), part.end());
      Region changed = part.withProtection(protection);
      regions.add(changed);
      pages.set(part.start(), part.length(), bits(changed));
      boolean executes = (protection & Region.EXECUTE) != 0;
      if (part.executable() != executes) {
        executable.changed(part.start(), part.length());
        if (executes && part.file() != null && !part.shared()) {
          executable.mapped(part.file(), part.offset(), part.start(), part.length());
        }
      }
      if (part.file() != null) {
        part.file().release();
      }
    }
    if (taken) {
      executable.permissionsTaken();
    }
    return 0;
  }

  /**
   * mremap: changes the size of a mapping.
   *
   * @param mayMove MREMAP_MAYMOVE
   * @param fixed the new address for MREMAP_FIXED, or -1
   */
  public synchronized long remap(
      long address, long oldLength, long newLength, boolean mayMove, long fixed) {
    long oldSize = roundUp(oldLength);
    long newSize = roundUp(newLength);
    if (address % PAGE != 0 || newSize <= 0 || oldSize <= 0) {
      return Errno.EINVAL;
    }
    Region region = regions.at(address);
    if (region == null || !inWindow(address, oldSize) || address + oldSize > region.end()) {
      return Errno.EFAULT;
    }
    Region part = region.part(address, address + oldSize);
    if (fixed == -1) {
      if (newSize <= oldSize) {
        clear(address + newSize, address + oldSize);
        return address;
      }
      long more = address + oldSize;
      if (inWindow(address, newSize) && regions.isFree(more, address + newSize)) {
        return extend(part, newSize) < 0 ? Errno.ENOMEM : address;
      }
      if (!mayMove) {
        return Errno.ENOMEM;
      }
    }
    return move(part, newSize, fixed);
  }

  private long extend(Region part, long newSize) {
    long old = part.length();
    boolean hasOffset = part.file() != null || part.object() != null;
    long offset = hasOffset ? part.offset() + old : 0;
    return map(
        part.start() + old,
        0,
        newSize - old,
        part.protection(),
        part.shared(),
        part.file(),
        offset,
        part.object(),
        part.label());
  }

  private long move(Region part, long newSize, long fixed) {
    long target = fixed;
    if (fixed == -1) {
      target = chooseAnywhere(newSize);
      if (target < 0) {
        return target;
      }
    } else if (!inWindow(fixed, newSize)
        || fixed % PAGE != 0
        || fixed < part.end() && part.start() < fixed + newSize) {
      return Errno.EINVAL;
    } else {
      clear(fixed, fixed + newSize);
    }
    long kept = Math.min(part.length(), newSize);
    Region moved = part.movedTo(target, kept);
    if (part.object() == null) {
      window.write(target, window.segment(part.start(), kept));
      if (window.tags() != null) {
        window.tags().copy(part.start(), kept, window.tags(), target);
      }
    } else {
      long error = show(moved);
      if (error != 0) {
        return error;
      }
    }
    regions.add(moved);
    pages.set(target, kept, bits(moved));
    if (newSize > kept) {
      long error = extend(moved, newSize);
      if (error < 0) {
        clear(target, target + kept);
        return error;
      }
    }
    clear(part.start(), part.end());
    if (moved.executable()) {
      executable.changed(target, newSize);
    }
    return target;
  }

  /** madvise(MADV_DONTNEED): private anonymous pages read as zero, file pages as in the file. */
  public synchronized long discard(long address, long length) {
    long size = roundUp(length);
    if (address % PAGE != 0) {
      return Errno.EINVAL;
    }
    if (size == 0) {
      return 0;
    }
    if (!inWindow(address, size)) {
      return Errno.ENOMEM;
    }
    for (Region part : regions.in(address, address + size)) {
      if (part.shared()) {
        continue;
      }
      window.discard(part.start(), part.length());
      if (part.file() != null) {
        filePages.load(part);
      }
      if (part.executable()) {
        executable.changed(part.start(), part.length());
      }
    }
    return regions.isCovered(address, address + size) ? 0 : Errno.ENOMEM;
  }

  /** msync: changed pages of shared file mappings go to the file. */
  public synchronized long synchronize(long address, long length) {
    long size = roundUp(length);
    if (address % PAGE != 0) {
      return Errno.EINVAL;
    }
    if (size == 0) {
      return 0;
    }
    if (!inWindow(address, size) || !regions.isCovered(address, address + size)) {
      return Errno.ENOMEM;
    }
    writeBack(regions.in(address, address + size));
    return 0;
  }

  private static void writeBack(List<Region> parts) {
    for (Region part : parts) {
      if (part.object() != null) {
        part.object().store(part.file(), part.offset(), part.length());
      }
    }
  }

  /** Whether every page of a range is mapped. */
  public synchronized boolean isMapped(long address, long length) {
    long size = roundUp(length);
    return size == 0 || inWindow(address, size) && regions.isCovered(address, address + size);
  }

  /** Says where the heap starts, once the program is mapped. */
  public synchronized void setHeap(long start) {
    heapStart = roundUp(start);
    heapEnd = heapStart;
  }

  /**
   * brk.
   *
   * @return the end of the heap, unchanged when the request cannot be met
   */
  public synchronized long setHeapEnd(long wanted) {
    if (wanted < heapStart || wanted > window.size()) {
      return heapEnd;
    }
    long mapped = roundUp(heapEnd);
    long needed = roundUp(wanted);
    if (needed > mapped) {
      if (!inWindow(mapped, needed - mapped) || !regions.isFree(mapped, needed)) {
        return heapEnd;
      }
      map(mapped, 0, needed - mapped, Region.READ | Region.WRITE, false, null, 0, "[heap]");
    } else if (needed < mapped) {
      clear(needed, mapped);
    }
    heapEnd = wanted;
    return heapEnd;
  }

  /** Bytes that are mapped. */
  public synchronized long mappedBytes() {
    return regions.bytes();
  }

  /** The largest number of bytes that were mapped at a time. */
  public synchronized long mostMappedBytes() {
    return regions.mostBytes();
  }

  private boolean inWindow(long address, long size) {
    return address >= Window.LOW && size <= window.size() && address <= window.size() - size;
  }

  /** The permissions of its pages; shared ones hold no tags, of which others would not know. */
  private int bits(Region region) {
    if (region.object() != null && region.object().isRevoked()) {
      return PageTable.MAPPED;
    }
    int protection = region.protection();
    int readable = (protection & Region.WRITE) != 0 ? PageTable.READ : 0;
    int untagged = region.shared() && window.tags() != null ? PageTable.UNTAGGED : 0;
    return PageTable.MAPPED | protection & 7 | readable | untagged;
  }

  private static long roundUp(long length) {
    return length + PAGE - 1 & -PAGE;
  }
}
