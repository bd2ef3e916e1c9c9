package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.process.Task;

/**
 * Opens files, and waits at a FIFO until somebody opens its other end.
 *
 * <p>The host's open never waits here, because nothing but a host signal could end that: the FIFO
 * is looked at again and again.
 */
final class FifoOpening {
  /** How long between two looks, in nanoseconds: one takes about 10 microseconds. */
  private static final long PERIOD = 5_000_000;

  private FifoOpening() {}

  /** Opens a name in a folder, or the folder itself; RESTART when a signal ended the wait. */
  static Folder.Opened open(Task task, Folder folder, String name, int flags, int mode) {
    boolean waits = (flags & (OpenFlags.NONBLOCK | OpenFlags.PATH)) == 0;
    Folder.Opened opened = folder.open(name, flags, mode);
    while (opened.error() == Errno.ENXIO && waits && isFifo(folder, name)) {
      if (!pause(task)) {
        return Folder.Opened.failed(Errno.RESTART);
      }
      opened = folder.open(name, flags, mode);
    }
    if (opened.error() == 0 && waits && isReadingEnd(opened.file())) {
      long result = awaitWriter(task, opened.file().hostDescriptor());
      if (result < 0) {
        opened.file().release();
        return Folder.Opened.failed(result);
      }
    }
    return opened;
  }

  private static boolean isFifo(Folder folder, String name) {
    FileStatus status = new FileStatus();
    return folder.status(name, status) == 0 && status.type() == FileStatus.FIFO;
  }

  private static boolean isReadingEnd(OpenFile file) {
    FileStatus status = new FileStatus();
    return file.mayBlock()
        && (file.flags() & OpenFlags.ACCESS_MODE) == OpenFlags.READ_ONLY
        && file.status(status) == 0
        && status.type() == FileStatus.FIFO;
  }

  /** Without a writer there is nothing to copy out of the FIFO and no error, as at a file's end. */
  private static long awaitWriter(Task task, int fifo) {
    int[] scratch = new int[2];
    long error = HostEvents.pipe(scratch);
    if (error < 0) {
      return error;
    }
    try {
      while (Host.tee(fifo, scratch[1], 1, Host.SPLICE_NONBLOCK) == 0
          && !Host.isReady(fifo, Host.POLLIN)) {
        if (!pause(task)) {
          return Errno.RESTART;
        }
      }
      return 0;
    } finally {
      Host.close(scratch[0]);
      Host.close(scratch[1]);
    }
  }

  /** Whether nothing interrupted the pause. */
  private static boolean pause(Task task) {
    if (!task.signals().interrupted()) {
      task.waker().park(System.nanoTime() + PERIOD);
    }
    return !task.signals().interrupted();
  }
}
