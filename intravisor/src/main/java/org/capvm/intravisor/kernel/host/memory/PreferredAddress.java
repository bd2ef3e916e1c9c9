package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;

/**
 * Load addresses of position-independent ELF files, derived from their content.
 *
 * <p>Translations are keyed by file and load address; a library that always lies at the same
 * address is translated once for all programs. The first page identifies a file well enough: it
 * holds the headers and usually the build identifier. Where two files collide, further candidates
 * follow.
 */
final class PreferredAddress {
  private static final long SLOT = 0x10000;
  private static final int CANDIDATES = 8;
  private static final int ELF_MAGIC = 0x464c457f;

  private PreferredAddress() {}

  /** An address at which the file's image fits, or 0 when it has no preference or none is free. */
  static long of(OpenFile file, long size, Layout layout, Regions regions) {
    long hash = identity(file);
    long slots = (layout.elfHigh() - layout.elfLow() - size) / SLOT;
    if (hash == 0 || slots <= 0) {
      return 0;
    }
    for (int i = 0; i < CANDIDATES; i++) {
      long address = layout.elfLow() + Long.remainderUnsigned(hash, slots) * SLOT;
      if (regions.isFree(address, address + size)) {
        return address;
      }
      hash = mix(hash);
    }
    return 0;
  }

  /** A hash of an ELF file, never 0; 0 for other files. */
  private static long identity(OpenFile file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(4096, 8);
      long n = file.pread(page, 0);
      FileStatus status = new FileStatus();
      if (n < 64 || page.get(ValueLayout.JAVA_INT, 0) != ELF_MAGIC || file.status(status) != 0) {
        return 0;
      }
      long hash = mix(status.size);
      for (int i = 0; i + 8 <= n; i += 8) {
        hash = mix(hash ^ page.get(ValueLayout.JAVA_LONG, i));
      }
      return hash == 0 ? 1 : hash;
    }
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
