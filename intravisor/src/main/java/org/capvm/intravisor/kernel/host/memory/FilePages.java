package org.capvm.intravisor.kernel.host.memory;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.memory.Window;

/** Copies between files and mapped pages. */
final class FilePages {
  private FilePages() {}

  /** Fills zeroed pages with what the file has; the rest stays zero. */
  static long load(Window window, OpenFile file, long offset, long address, long length) {
    long done = 0;
    while (done < length) {
      long n = file.pread(window.segment(address + done, length - done), offset + done);
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

  /** Writes pages to the file, as far as it reaches: mapped writes never make it longer. */
  static void store(Window window, OpenFile file, long offset, long address, long length) {
    FileStatus status = new FileStatus();
    if (file.status(status) != 0) {
      return;
    }
    long end = Math.min(length, status.size - offset);
    long done = 0;
    while (done < end) {
      long n = file.pwrite(window.segment(address + done, end - done), offset + done);
      if (n <= 0 && n != Errno.EINTR) {
        return;
      }
      done += Math.max(n, 0);
    }
  }
}
