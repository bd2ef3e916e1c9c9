package org.capvm.intravisor.kernel.host.memory;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.memory.Window;

/** Copies the pages of files to private mappings. */
final class FilePages {
  private final Window window;

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
      MemorySegment to = window.fresh(region.start() + done, region.length() - done);
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
    return 0;
  }
}
