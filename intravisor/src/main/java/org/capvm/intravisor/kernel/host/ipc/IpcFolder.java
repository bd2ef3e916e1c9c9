package org.capvm.intravisor.kernel.host.ipc;

import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.FileSystem.Mount;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;

/**
 * A folder whose entries are the objects of one kind that the cVM may open. Others are there, too,
 * for who knows their names, and refuse to be opened.
 */
public abstract class IpcFolder extends SyntheticFolder {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private final IpcNamespace names;
  private final Participant cvm;

  protected IpcFolder(Folder parent, String name, IpcNamespace names, Participant cvm) {
    super(parent, name);
    this.names = names;
    this.cvm = cvm;
  }

  /**
   * What is mounted at /dev/cvm.
   *
   * @param names of all cVMs of the deployment
   * @param cvm whose programs see the folder
   */
  public static Mount mount(IpcNamespace names, Participant cvm) {
    return (parent, name) ->
        new SyntheticFolder(parent, name)
            .with("files", new Entry.Directory((p, n) -> new BufferFolder(p, n, names, cvm)))
            .with("streams", new Entry.Directory((p, n) -> new StreamFolder(p, n, names, cvm)))
            .with("calls", new Entry.Directory((p, n) -> new CallFolder(p, n, names, cvm)))
            .with(
                "control",
                new Entry.File(
                    FileStatus.CHARACTER_DEVICE | 0222,
                    0,
                    0,
                    (flags, path) -> Opened.of(new ControlFile(flags, path, names, cvm))))
            .with(
                "serve",
                new Entry.File(
                    FileStatus.CHARACTER_DEVICE | 0666,
                    0,
                    0,
                    (flags, path) -> ServeFile.open(flags, path, names, cvm)));
  }

  final IpcNamespace objects() {
    return names;
  }

  /** Whose programs see it. */
  final Participant cvm() {
    return cvm;
  }

  /** What stat shows of an object; empty when there is none of the name. */
  abstract Optional<FileStatus> find(String entry);

  /** The names of all objects. */
  abstract List<String> all();

  /** Opens an object whose access mode is allowed. */
  abstract OpenFile open(String entry, int flags, FileStatus status) throws IpcException;

  /** Permissions as stat shows them: of one object for the programs of this cVM. */
  static int mode(int type, boolean read, boolean write) {
    return type | (read ? 0444 : 0) | (write ? 0222 : 0);
  }

  /** Host and POSIX have no way to say these. */
  private static boolean canBeShown(String name) {
    return name.indexOf('/') < 0 && !name.equals(".") && !name.equals("..");
  }

  @Override
  protected final Entry entry(String entry) {
    return find(entry)
        .map(status -> new Entry.File(status.mode, 0, 0, (flags, path) -> open(entry, flags, path)))
        .orElse(null);
  }

  @Override
  protected final List<String> names() {
    return all().stream()
        .filter(IpcFolder::canBeShown)
        .filter(name -> find(name).filter(status -> (status.mode & 0666) != 0).isPresent())
        .sorted()
        .toList();
  }

  @Override
  public final long status(String entry, FileStatus status) {
    if (entry == null) {
      return super.status(null, status);
    }
    Optional<FileStatus> found = find(entry);
    found.ifPresent(f -> copy(f, status));
    return found.isPresent() ? 0 : Errno.ENOENT;
  }

  /** Copies what stat shows of objects. */
  static void copy(FileStatus from, FileStatus to) {
    to.mode = from.mode;
    to.inode = from.inode;
    to.size = from.size;
    to.blocks = from.blocks;
  }

  @Override
  public final long access(String entry, int mode) {
    if (entry == null) {
      return super.access(null, mode);
    }
    return find(entry).map(status -> permits(status, mode) ? 0 : Errno.EACCES).orElse(Errno.ENOENT);
  }

  private static boolean permits(FileStatus status, int wanted) {
    return ((wanted & READ) == 0 || (status.mode & 0444) != 0)
        && ((wanted & WRITE) == 0 || (status.mode & 0222) != 0)
        && (wanted & EXECUTE) == 0;
  }

  /** Objects are not made by opening them. */
  @Override
  public final Opened open(String entry, int flags, int mode) {
    return super.open(entry, flags & ~OpenFlags.CREATE, mode);
  }

  private Opened open(String entry, int flags, String path) {
    FileStatus status = find(entry).orElse(null);
    if (status == null) {
      return Opened.failed(Errno.ENOENT);
    }
    if ((flags & OpenFlags.EXCLUSIVE) != 0) {
      return Opened.failed(Errno.EEXIST);
    }
    if ((flags & OpenFlags.PATH) != 0) {
      return Opened.of(new Named(flags, path, status));
    }
    int access =
        switch (flags & OpenFlags.ACCESS_MODE) {
          case OpenFlags.READ_ONLY -> READ;
          case OpenFlags.WRITE_ONLY -> WRITE;
          case OpenFlags.READ_WRITE -> READ | WRITE;
          default -> EXECUTE;
        };
    if (!permits(status, access)) {
      return Opened.failed(Errno.EACCES);
    }
    try {
      return Opened.of(open(entry, flags, status));
    } catch (IpcException e) {
      return Opened.failed(IpcErrors.of(e));
    }
  }

  /** What O_PATH opens. */
  private static final class Named extends OpenFile {
    private final String name;
    private final FileStatus shown;

    Named(int flags, String name, FileStatus shown) {
      super(flags);
      this.name = name;
      this.shown = shown;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long status(FileStatus status) {
      copy(shown, status);
      return 0;
    }
  }
}
