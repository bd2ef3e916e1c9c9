package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.util.function.IntToLongFunction;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/**
 * A folder of the host, named by a descriptor that is never looked up again.
 *
 * <p>Device nodes that lie in it are not opened: they would be the host's devices. The guest's own
 * devices are in its {@code /dev}.
 */
public final class HostFolder extends Folder {
  private static final int ENTER =
      OpenFlags.PATH | OpenFlags.NO_FOLLOW | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
  private static final int POINT = OpenFlags.PATH | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;

  private final int descriptor;
  private final boolean writable;

  /**
   * @param descriptor of the folder, opened with O_PATH; owned by this object
   * @param writable whether the guest may change what is in it, as far as the host lets it
   */
  public HostFolder(Folder parent, String name, int descriptor, boolean writable) {
    super(parent, name);
    this.descriptor = descriptor;
    this.writable = writable;
  }

  @Override
  protected void close() {
    Host.close(descriptor);
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public int hostDescriptor() {
    return descriptor;
  }

  @Override
  public Lookup lookup(String entry) {
    long fd = HostFiles.open(descriptor, entry, ENTER, 0);
    if (fd >= 0) {
      return new Lookup.Directory(new HostFolder(this, entry, (int) fd, writable));
    }
    if (fd != Errno.ENOTDIR && fd != Errno.ELOOP) {
      return new Lookup.Missing(fd);
    }
    String target = HostFiles.readLink(descriptor, entry);
    return target == null ? new Lookup.Other() : new Lookup.Link(target);
  }

  @Override
  public String readLink(String entry) {
    return entry == null ? null : HostFiles.readLink(descriptor, entry);
  }

  @Override
  public long status(String entry, FileStatus status) {
    return HostStatus.read(descriptor, entry == null ? "" : entry, status);
  }

  @Override
  public Opened open(String entry, int flags, int mode) {
    if (!writable && changes(flags)) {
      return refuseChange(entry, flags);
    }
    int opened =
        flags | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC | OpenFlags.NO_CONTROLLING_TERMINAL;
    if ((flags & OpenFlags.PATH) == 0) {
      opened |= OpenFlags.NONBLOCK;
    }
    long fd = HostFiles.open(descriptor, entry == null ? "." : entry, opened, mode);
    return fd < 0 ? Opened.failed(fd) : wrap((int) fd, entry, flags);
  }

  private static boolean changes(int flags) {
    return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.READ_ONLY
        || (flags & (OpenFlags.TRUNCATE | OpenFlags.CREATE)) != 0
        || (flags & OpenFlags.TEMPORARY) == OpenFlags.TEMPORARY;
  }

  /** A read-only folder: only opening an existing file for reading can still work. */
  private Opened refuseChange(String entry, int flags) {
    FileStatus status = new FileStatus();
    long error = status(entry, status);
    if (error != 0) {
      return Opened.failed(
          error == Errno.ENOENT && (flags & OpenFlags.CREATE) != 0 ? Errno.EROFS : error);
    }
    if ((flags & (OpenFlags.CREATE | OpenFlags.EXCLUSIVE))
        == (OpenFlags.CREATE | OpenFlags.EXCLUSIVE)) {
      return Opened.failed(Errno.EEXIST);
    }
    if (status.isSymlink()) {
      return Opened.failed(Errno.ELOOP);
    }
    if (status.isDirectory()) {
      return Opened.failed(Errno.EISDIR);
    }
    int reading = flags & ~OpenFlags.CREATE;
    return changes(reading) ? Opened.failed(Errno.EROFS) : open(entry, reading, 0);
  }

  private Opened wrap(int fd, String entry, int flags) {
    FileStatus status = new FileStatus();
    long error = HostStatus.read(fd, "", status);
    boolean pathOnly = (flags & OpenFlags.PATH) != 0;
    if (error == 0 && !pathOnly) {
      error =
          switch (status.type()) {
            case FileStatus.CHARACTER_DEVICE, FileStatus.BLOCK_DEVICE -> Errno.EACCES;
            default -> 0;
          };
    }
    Folder self = null;
    if (error == 0 && status.isDirectory()) {
      long point = HostFiles.open(fd, ".", ENTER, 0);
      if (point < 0) {
        error = point;
      } else if (entry == null) {
        Host.close((int) point);
        self = retain();
      } else {
        self = new HostFolder(this, entry, (int) point, writable);
      }
    }
    if (error != 0) {
      Host.close(fd);
      return Opened.failed(error);
    }
    int kept =
        flags
            & ~(OpenFlags.CREATE
                | OpenFlags.EXCLUSIVE
                | OpenFlags.TRUNCATE
                | OpenFlags.NO_CONTROLLING_TERMINAL
                | OpenFlags.CLOSE_ON_EXEC);
    boolean mayBlock = status.type() == FileStatus.FIFO && !pathOnly;
    return Opened.of(new HostFile(fd, kept, child(entry), mayBlock, self, writable));
  }

  @Override
  public long access(String entry, int mode) {
    return withPoint(
        entry,
        fd -> {
          long result = HostFiles.access(fd, mode);
          return result == 0 && (mode & 2) != 0 && !writable ? Errno.EROFS : result;
        });
  }

  /** Runs a call on an O_PATH descriptor of a name that is no symbolic link. */
  private long withPoint(String entry, IntToLongFunction call) {
    if (entry == null) {
      return call.applyAsLong(descriptor);
    }
    long fd = HostFiles.open(descriptor, entry, POINT, 0);
    if (fd < 0) {
      return fd;
    }
    try {
      FileStatus status = new FileStatus();
      long error = HostStatus.read((int) fd, "", status);
      if (error != 0) {
        return error;
      }
      return status.isSymlink() ? Errno.ELOOP : call.applyAsLong((int) fd);
    } finally {
      Host.close((int) fd);
    }
  }

  @Override
  public long watch(String entry, int watcher, int mask) {
    if (entry == null) {
      return HostEvents.addWatch(watcher, descriptor, mask);
    }
    if ((mask & HostEvents.WATCH_LINK) == 0) {
      return withPoint(entry, fd -> HostEvents.addWatch(watcher, fd, mask));
    }
    long fd = HostFiles.open(descriptor, entry, POINT, 0);
    if (fd < 0) {
      return fd;
    }
    try {
      return HostEvents.addWatch(watcher, (int) fd, mask);
    } finally {
      Host.close((int) fd);
    }
  }

  @Override
  public long makeFolder(String entry, int mode) {
    return writable && entry != null
        ? HostFiles.makeFolder(descriptor, entry, mode)
        : existsOr(entry);
  }

  @Override
  public long makeNode(String entry, int mode) {
    return writable && entry != null
        ? HostFiles.makeNode(descriptor, entry, mode)
        : existsOr(entry);
  }

  @Override
  public long symlink(String target, String entry) {
    return writable && entry != null
        ? HostFiles.symlink(target, descriptor, entry)
        : existsOr(entry);
  }

  @Override
  public long unlink(String entry, boolean isFolder) {
    if (entry == null) {
      return isFolder ? Errno.EBUSY : Errno.EISDIR;
    }
    if (!writable) {
      long error = status(entry, new FileStatus());
      return error != 0 ? error : Errno.EROFS;
    }
    return HostFiles.unlink(descriptor, entry, isFolder);
  }

  @Override
  public long rename(String entry, Folder to, String newName, int flags) {
    if (entry == null || newName == null) {
      return Errno.EBUSY;
    }
    if (to instanceof HostFolder other && writable && other.writable) {
      return HostFiles.rename(descriptor, entry, other.descriptor, newName, flags);
    }
    return refuse(entry, to);
  }

  @Override
  public long link(String entry, Folder to, String newName) {
    if (entry == null) {
      return Errno.EPERM;
    }
    if (newName == null) {
      return Errno.EEXIST;
    }
    if (to instanceof HostFolder other && writable && other.writable) {
      return HostFiles.link(descriptor, entry, other.descriptor, newName);
    }
    return refuse(entry, to);
  }

  /** Why an entry cannot get a name in another folder. */
  private long refuse(String entry, Folder to) {
    long error = status(entry, new FileStatus());
    if (error != 0) {
      return error;
    }
    return writable != to.isWritable() ? Errno.EXDEV : Errno.EROFS;
  }

  @Override
  public long changeMode(String entry, int mode) {
    return writable
        ? withPoint(entry, fd -> HostFiles.changeMode(fd, mode))
        : super.changeMode(entry, mode);
  }

  @Override
  public long changeOwner(String entry, int user, int group) {
    return writable
        ? HostFiles.changeOwner(descriptor, entry == null ? "" : entry, user, group)
        : super.changeOwner(entry, user, group);
  }

  @Override
  public long changeTimes(String entry, MemorySegment times) {
    if (!writable) {
      return super.changeTimes(entry, times);
    }
    return HostFiles.changeTimes(descriptor, entry == null ? "." : entry, times);
  }
}
