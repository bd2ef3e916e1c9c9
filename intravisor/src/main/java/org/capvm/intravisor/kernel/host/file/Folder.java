package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.kernel.host.abi.Errno;

/**
 * A folder that a path was resolved to, with the folders it was reached through: {@code ..} leads
 * back along them and so never out of the root, whatever is renamed meanwhile.
 *
 * <p>Counted, because a folder of the host holds a descriptor; each folder holds a reference to its
 * parent. Operations act on a name in the folder and never follow a symbolic link; a null name
 * means the folder itself. Names are Latin-1 strings without a slash. Those not overridden fail
 * with EROFS.
 */
public abstract class Folder {
  private final AtomicInteger references = new AtomicInteger(1);
  private final Folder parent;
  private final String path;

  /**
   * @param parent the folder it was reached through, of which a reference is taken; null for the
   *     root
   */
  protected Folder(Folder parent, String name) {
    this.parent = parent;
    this.path = parent == null ? "/" : parent.child(name);
    if (parent != null) {
      parent.retain();
    }
  }

  public final Folder retain() {
    references.incrementAndGet();
    return this;
  }

  public final void release() {
    if (references.decrementAndGet() == 0) {
      close();
      if (parent != null) {
        parent.release();
      }
    }
  }

  /** Gives back what the folder holds. */
  protected void close() {}

  /** The folder above; the root's is itself. */
  public final Folder parent() {
    return parent == null ? this : parent;
  }

  /** The absolute path, as the guest sees it. */
  public final String path() {
    return path;
  }

  /** The absolute path of a name in this folder, or of the folder itself for null. */
  public final String child(String entry) {
    if (entry == null) {
      return path;
    }
    return path.length() == 1 ? "/" + entry : path + "/" + entry;
  }

  /** Whether entries may be made, changed and removed. */
  public boolean isWritable() {
    return false;
  }

  /** The O_PATH host descriptor of the folder, or -1 when it exists only here. */
  public int hostDescriptor() {
    return -1;
  }

  /** What a name is. */
  public abstract Lookup lookup(String entry);

  /** What readlink shows of a name, or null when it is no link. */
  public String readLink(String entry) {
    return lookup(entry) instanceof Lookup.Link(String target) ? target : null;
  }

  /** What a path goes on with when it follows a name, or null when the name is no link. */
  public String follow(String entry) {
    return readLink(entry);
  }

  /** Fills in what stat shows. */
  public abstract long status(String entry, FileStatus status);

  /** The result of opening: a file of which the receiver owns the reference, or an error. */
  public record Opened(OpenFile file, long error) {
    public static Opened of(OpenFile file) {
      return new Opened(file, 0);
    }

    public static Opened failed(long error) {
      return new Opened(null, error);
    }
  }

  /**
   * Opens a name. A symbolic link fails with ELOOP.
   *
   * @param flags of {@link OpenFlags}
   * @param mode of a created file, after the umask
   */
  public abstract Opened open(String entry, int flags, int mode);

  /** Checks access as the host grants it; mode is of R_OK 4, W_OK 2, X_OK 1. */
  public long access(String entry, int mode) {
    FileStatus status = new FileStatus();
    long error = status(entry, status);
    if (error == 0
        && (mode & 2) != 0
        && !isWritable()
        && status.type() != FileStatus.CHARACTER_DEVICE) {
      return Errno.EROFS;
    }
    return error;
  }

  public long makeFolder(String entry, int mode) {
    return existsOr(entry);
  }

  /** Makes a FIFO or socket; the type is in the mode. */
  public long makeNode(String entry, int mode) {
    return existsOr(entry);
  }

  public long symlink(String target, String entry) {
    return existsOr(entry);
  }

  public long unlink(String entry, boolean isFolder) {
    return Errno.EROFS;
  }

  public long rename(String entry, Folder to, String newName, int flags) {
    return Errno.EROFS;
  }

  public long link(String entry, Folder to, String newName) {
    return Errno.EROFS;
  }

  /**
   * Adds a watch for an entry, or for the folder itself, to an inotify descriptor of the host.
   *
   * @return its number
   */
  public long watch(String entry, int watcher, int mask) {
    return Errno.EACCES;
  }

  public long changeMode(String entry, int mode) {
    return Errno.EROFS;
  }

  public long changeOwner(String entry, int user, int group) {
    return Errno.EROFS;
  }

  /**
   * @param times two struct timespec, or null for now
   */
  public long changeTimes(String entry, MemorySegment times) {
    return Errno.EROFS;
  }

  /** EEXIST comes before EROFS when something is created. */
  protected final long existsOr(String entry) {
    if (entry == null) {
      return Errno.EEXIST;
    }
    return switch (lookup(entry)) {
      case Lookup.Missing m -> m.error() == Errno.ENOENT ? Errno.EROFS : m.error();
      case Lookup.Directory d -> {
        d.folder().release();
        yield Errno.EEXIST;
      }
      case Lookup.Link l -> Errno.EEXIST;
      case Lookup.Other o -> Errno.EEXIST;
    };
  }
}
