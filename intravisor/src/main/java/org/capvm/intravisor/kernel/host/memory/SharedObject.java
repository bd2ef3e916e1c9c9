package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SharedPages;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostFiles;
import org.capvm.runtime.memory.Window;

/**
 * Pages that several mappings show, in one process or in many: anonymous memory, or the pages of a
 * file.
 *
 * <p>They live in a memory file of the host that no guest can name, and that only grows: mapped
 * pages always exist, whatever becomes of the guest's file. A page is copied from the file when it
 * is mapped first; pages that were changed go back to it on msync and when they are unmapped.
 */
final class SharedObject implements SharedPages {
  private static final int PAGE = Window.PAGE;
  private static final int PUNCH_HOLE = 3;

  private final int descriptor;
  private final long id;
  private final Runnable onUnused;
  private final List<Range> mapped = new ArrayList<>();

  /** What the pages of a file were when memory and file last agreed, by page number. */
  private final Map<Long, Long> known = new HashMap<>();

  private long size;

  /** Bytes that one mapping shows. */
  private record Range(long start, long end) {}

  private SharedObject(int descriptor, long id, Runnable onUnused) {
    this.descriptor = descriptor;
    this.id = id;
    this.onUnused = onUnused;
  }

  /**
   * An object of no pages, or null when the host has no more descriptors.
   *
   * @param id that no other object or address space of the cVM has
   * @param onUnused runs when nothing is mapped any more
   */
  static SharedObject create(long id, Runnable onUnused) {
    long descriptor = HostFiles.memoryFile("capvm-shared");
    return Errno.isError(descriptor) ? null : new SharedObject((int) descriptor, id, onUnused);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public synchronized long map(
      Window window, long address, long length, long offset, OpenFile file) {
    if (offset + length > size) {
      if (Host.truncate(descriptor, offset + length) != 0) {
        return Errno.ENOMEM;
      }
      size = offset + length;
    }
    long error = file == null ? 0 : load(file, offset, length);
    if (error != 0) {
      return error;
    }
    if (!window.share(address, length, descriptor, offset)) {
      return Errno.ENOMEM;
    }
    mapped.add(new Range(offset, offset + length));
    return 0;
  }

  /** Pages that nothing shows any more are given back. */
  @Override
  public void unmap(Window window, long address, long length, long offset, OpenFile file) {
    boolean unused;
    synchronized (this) {
      store(file, offset, length);
      remove(offset, offset + length);
      for (long page = offset; page < offset + length; page += PAGE) {
        if (!isMapped(page)) {
          known.remove(page / PAGE);
          Host.allocate(descriptor, PUNCH_HOLE, page, PAGE);
        }
      }
      unused = mapped.isEmpty();
    }
    if (unused) {
      onUnused.run();
    }
  }

  /** Gives the memory back. */
  void close() {
    Host.close(descriptor);
  }

  synchronized boolean isUnused() {
    return mapped.isEmpty();
  }

  private boolean isMapped(long page) {
    return mapped.stream().anyMatch(range -> range.start() <= page && page < range.end());
  }

  /** Takes one mapping's part out of the ranges. */
  private void remove(long start, long end) {
    long from = start;
    while (from < end) {
      long at = from;
      Range range =
          mapped.stream()
              .filter(r -> r.start() <= at && at < r.end())
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("these pages are not mapped"));
      long to = Math.min(end, range.end());
      mapped.remove(range);
      if (range.start() < from) {
        mapped.add(new Range(range.start(), from));
      }
      if (to < range.end()) {
        mapped.add(new Range(to, range.end()));
      }
      from = to;
    }
  }

  private long load(OpenFile file, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(PAGE, 8);
      for (long at = offset; at < offset + length; at += PAGE) {
        if (known.containsKey(at / PAGE)) {
          continue;
        }
        page.fill((byte) 0);
        long n = fill(file, page, at);
        if (n < 0) {
          return n == Errno.ESPIPE || n == Errno.EINVAL || n == Errno.EISDIR ? Errno.ENODEV : n;
        }
        if (n > 0 && Host.pwrite(descriptor, page, at) != PAGE) {
          return Errno.ENOMEM;
        }
        known.put(at / PAGE, digest(page));
      }
    }
    return 0;
  }

  private static long fill(OpenFile file, MemorySegment page, long offset) {
    long done = 0;
    while (done < PAGE) {
      long n = file.pread(page.asSlice(done), offset + done);
      if (n == Errno.EINTR) {
        continue;
      }
      if (n <= 0) {
        return n < 0 ? n : done;
      }
      done += n;
    }
    return done;
  }

  /**
   * Writes changed pages to the file, as far as it reaches: writing to memory never makes it
   * longer.
   */
  @Override
  public synchronized void store(OpenFile file, long offset, long length) {
    FileStatus status = new FileStatus();
    if (file == null || !file.isWritable() || file.status(status) != 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(PAGE, 8);
      for (long at = offset; at < offset + length && at < status.size; at += PAGE) {
        if (Host.pread(descriptor, page, at) != PAGE) {
          continue;
        }
        long now = digest(page);
        Long before = known.put(at / PAGE, now);
        if (before == null || before != now) {
          write(file, page.asSlice(0, Math.min(PAGE, status.size - at)), at);
        }
      }
    }
  }

  private static void write(OpenFile file, MemorySegment bytes, long offset) {
    long done = 0;
    while (done < bytes.byteSize()) {
      long n = file.pwrite(bytes.asSlice(done), offset + done);
      if (n <= 0 && n != Errno.EINTR) {
        return;
      }
      done += Math.max(n, 0);
    }
  }

  private static long digest(MemorySegment page) {
    long hash = 0;
    for (int i = 0; i < PAGE; i += 8) {
      hash = (hash ^ page.get(ValueLayout.JAVA_LONG, i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }
}
