package org.capvm.intravisor.kernel.host.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** The file descriptors of a process, or of the processes that share them (CLONE_FILES). */
public final class DescriptorTable {
  /** RLIMIT_NOFILE. */
  public static final int LIMIT = 4096;

  private int limit = LIMIT;
  private OpenFile[] files = new OpenFile[16];
  private boolean[] closeOnExec = new boolean[16];
  private Consumer<OpenFile> onClose = file -> {};

  /** Lets it have fewer descriptors than {@link #LIMIT}; to be said before it is used. */
  public synchronized void setLimit(int most) {
    limit = Math.min(most, LIMIT);
  }

  /** What a call does with a file. */
  @FunctionalInterface
  public interface Use {
    long apply(OpenFile file);
  }

  /** Says what happens before a descriptor of a file is gone, in whatever way. */
  public void setOnClose(Consumer<OpenFile> action) {
    onClose = action;
  }

  /** A reference to the file of a descriptor that the caller releases, or null. */
  public synchronized OpenFile acquire(long descriptor) {
    int fd = (int) descriptor;
    if (fd < 0 || fd >= files.length || files[fd] == null) {
      return null;
    }
    files[fd].retain();
    return files[fd];
  }

  /** Runs a call on the file of a descriptor, which stays open meanwhile; EBADF without one. */
  public long with(long descriptor, Use use) {
    OpenFile file = acquire(descriptor);
    if (file == null) {
      return Errno.EBADF;
    }
    try {
      return use.apply(file);
    } finally {
      file.release();
    }
  }

  /**
   * Gives a file the lowest free descriptor and takes over the caller's reference; on failure it
   * drops it.
   *
   * @return the descriptor, or EMFILE
   */
  public long add(OpenFile file, boolean onExec) {
    return add(file, onExec, 0);
  }

  /** As {@link #add(OpenFile, boolean)}, with the lowest descriptor that may be used. */
  public long add(OpenFile file, boolean onExec, int minimum) {
    synchronized (this) {
      for (int fd = minimum; fd < limit; fd++) {
        if (fd >= files.length || files[fd] == null) {
          put(fd, file, onExec);
          return fd;
        }
      }
    }
    file.release();
    return Errno.EMFILE;
  }

  /** As dup3: replaces what a descriptor refers to, taking over the caller's reference. */
  public long replace(int descriptor, OpenFile file, boolean onExec) {
    if (descriptor < 0 || descriptor >= limit) {
      file.release();
      return Errno.EBADF;
    }
    OpenFile old;
    synchronized (this) {
      old = descriptor < files.length ? files[descriptor] : null;
      put(descriptor, file, onExec);
    }
    if (old != null) {
      onClose.accept(old);
      old.release();
    }
    return descriptor;
  }

  private void put(int fd, OpenFile file, boolean onExec) {
    if (fd >= files.length) {
      int length = Math.max(fd + 1, 2 * files.length);
      files = Arrays.copyOf(files, length);
      closeOnExec = Arrays.copyOf(closeOnExec, length);
    }
    files[fd] = file;
    closeOnExec[fd] = onExec;
  }

  public long close(long descriptor) {
    OpenFile file;
    synchronized (this) {
      int fd = (int) descriptor;
      if (fd < 0 || fd >= files.length || files[fd] == null) {
        return Errno.EBADF;
      }
      file = files[fd];
      files[fd] = null;
    }
    onClose.accept(file);
    file.release();
    return 0;
  }

  /** The FD_CLOEXEC flag as 0 or 1, or EBADF. */
  public synchronized long closeOnExec(long descriptor) {
    int fd = (int) descriptor;
    if (fd < 0 || fd >= files.length || files[fd] == null) {
      return Errno.EBADF;
    }
    return closeOnExec[fd] ? 1 : 0;
  }

  public synchronized long setCloseOnExec(long descriptor, boolean onExec) {
    int fd = (int) descriptor;
    if (fd < 0 || fd >= files.length || files[fd] == null) {
      return Errno.EBADF;
    }
    closeOnExec[fd] = onExec;
    return 0;
  }

  /** The descriptors in use, ascending. */
  public synchronized List<Integer> inUse() {
    List<Integer> result = new ArrayList<>();
    for (int fd = 0; fd < files.length; fd++) {
      if (files[fd] != null) {
        result.add(fd);
      }
    }
    return result;
  }

  /** A table of its own with the same files, as fork makes. */
  public synchronized DescriptorTable copy() {
    DescriptorTable copy = new DescriptorTable();
    copy.limit = limit;
    copy.files = files.clone();
    copy.closeOnExec = closeOnExec.clone();
    for (OpenFile file : files) {
      if (file != null) {
        file.retain();
      }
    }
    return copy;
  }

  /** Closes what must not survive execve. */
  public void closeForExec() {
    for (int fd : inUse()) {
      if (closeOnExec(fd) == 1) {
        close(fd);
      }
    }
  }

  /** Closes everything, at the end of the process. */
  public void closeAll() {
    inUse().forEach(this::close);
  }
}
