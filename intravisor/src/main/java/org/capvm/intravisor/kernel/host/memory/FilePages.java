package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.memory.Window;

/**
 * Copies between files and mapped pages. Of shared mappings it remembers what each page was, so
 * that only pages the guest changed go back to the file.
 */
final class FilePages {
  private static final int PAGE = Window.PAGE;

  private final Window window;
  private final Map<Long, Long> known = new HashMap<>();

  FilePages(Window window) {
    this.window = window;
  }

  /**
   * Fills the zeroed pages of a region with what its file has; the rest stays zero.
   *
   * @return 0 or an error
   */
  long load(Region region) {
    OpenFile file = region.file();
    long done = 0;
    while (done < region.length()) {
      MemorySegment to = window.segment(region.start() + done, region.length() - done);
      long n = file.pread(to, region.offset() + done);
      if (n == Errno.EINTR) {
        continue;
      }
      if (n < 0) {
        return n == Errno.ESPIPE || n == Errno.EINVAL || n == Errno.EISDIR ? Errno.ENODEV : n;
      }
      if (n == 0) {
        break;
      }
      done += n;
    }
    if (region.shared()) {
      for (long page = region.start(); page < region.end(); page += PAGE) {
        known.put(page, digest(page));
      }
    }
    return 0;
  }

  /**
   * Writes the changed pages of a shared region to its file, as far as the file reaches: writing to
   * memory never makes it longer.
   */
  void store(Region region) {
    FileStatus status = new FileStatus();
    if (region.file().status(status) != 0) {
      return;
    }
    for (long page = region.start(); page < region.end(); page += PAGE) {
      long offset = region.offset() + (page - region.start());
      long length = Math.min(PAGE, status.size - offset);
      long now = digest(page);
      if (length > 0 && known.getOrDefault(page, ~now) != now) {
        write(region.file(), page, length, offset);
        known.put(page, now);
      }
    }
  }

  private void write(OpenFile file, long address, long length, long offset) {
    long done = 0;
    while (done < length) {
      long n = file.pwrite(window.segment(address + done, length - done), offset + done);
      if (n <= 0 && n != Errno.EINTR) {
        return;
      }
      done += Math.max(n, 0);
    }
  }

  /** Remembers what another address space does, of which this one is a copy. */
  void inherit(FilePages parent) {
    known.putAll(parent.known);
  }

  /** Pages were unmapped. */
  void forget(List<Region> regions) {
    for (Region region : regions) {
      for (long page = region.start();
          region.shared() && region.file() != null && page < region.end();
          page += PAGE) {
        known.remove(page);
      }
    }
  }

  /** Pages are now at another address. */
  void move(Region from, Region to) {
    for (long i = 0; from.shared() && i < to.length(); i += PAGE) {
      Long digest = known.get(from.start() + i);
      if (digest != null) {
        known.put(to.start() + i, digest);
      }
    }
  }

  private long digest(long page) {
    MemorySegment bytes = window.segment(page, PAGE);
    long hash = 0;
    for (int i = 0; i < PAGE; i += 8) {
      hash = (hash ^ bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }
}
