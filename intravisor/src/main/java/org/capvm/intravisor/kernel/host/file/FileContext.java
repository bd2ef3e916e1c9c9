package org.capvm.intravisor.kernel.host.file;

import org.capvm.intravisor.kernel.host.abi.Errno;

/** How a process names files: its file system, current folder and umask (what CLONE_FS shares). */
public final class FileContext {
  /** The directory descriptor that means the current folder. */
  public static final int AT_FDCWD = -100;

  private final FileSystem files;
  private Folder current;
  private int umask;

  /**
   * @param current of which this object takes over the reference
   */
  public FileContext(FileSystem files, Folder current, int umask) {
    this.files = files;
    this.current = current;
    this.umask = umask;
  }

  public FileSystem files() {
    return files;
  }

  /** A context of its own that starts out the same, as fork makes. */
  public synchronized FileContext copy() {
    return new FileContext(files, current.retain(), umask);
  }

  /** The current folder, the root when the process has ended; the caller releases the reference. */
  public synchronized Folder current() {
    return (current == null ? files.root() : current).retain();
  }

  /** Changes the current folder, taking over the caller's reference. */
  public void setCurrent(Folder folder) {
    Folder old;
    synchronized (this) {
      old = current;
      current = folder;
    }
    old.release();
  }

  public synchronized int umask() {
    return umask;
  }

  /** Replaces the umask and returns the old one. */
  public synchronized int setUmask(int changed) {
    int old = umask;
    umask = changed & 0777;
    return old;
  }

  /**
   * Resolves a path as the *at system calls do.
   *
   * @param directory a descriptor of the table, or {@link #AT_FDCWD}; without effect for absolute
   *     paths
   * @param path null for a path that is too long
   */
  public Place resolve(
      DescriptorTable descriptors, long directory, String path, boolean followLast) {
    if (path == null) {
      return Place.failed(Errno.ENAMETOOLONG);
    }
    if (path.startsWith("/")) {
      return files.resolve(files.root(), path, followLast);
    }
    if ((int) directory == AT_FDCWD) {
      Folder start = current();
      try {
        return files.resolve(start, path, followLast);
      } finally {
        start.release();
      }
    }
    OpenFile file = descriptors.acquire(directory);
    if (file == null) {
      return Place.failed(Errno.EBADF);
    }
    try {
      return file.folder() == null
          ? Place.failed(Errno.ENOTDIR)
          : files.resolve(file.folder(), path, followLast);
    } finally {
      file.release();
    }
  }

  /** Gives the current folder back, at the end of the process. */
  public synchronized void close() {
    current.release();
    current = null;
  }
}
