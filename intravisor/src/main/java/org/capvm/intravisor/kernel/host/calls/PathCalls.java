package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.DIRECTORY;
import static org.capvm.intravisor.kernel.host.syscall.Argument.FD;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.LONG;
import static org.capvm.intravisor.kernel.host.syscall.Argument.MODE;
import static org.capvm.intravisor.kernel.host.syscall.Argument.PATH;

import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.FlagNames;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls that name files by paths: open, make, remove, rename, link. */
final class PathCalls {
  private static final FlagNames OPEN_FLAGS =
      new FlagNames("O_RDONLY")
          .with(OpenFlags.TEMPORARY, "O_TMPFILE")
          .with(OpenFlags.SYNC, "O_SYNC")
          .with(OpenFlags.WRITE_ONLY, "O_WRONLY")
          .with(OpenFlags.READ_WRITE, "O_RDWR")
          .with(OpenFlags.CREATE, "O_CREAT")
          .with(OpenFlags.EXCLUSIVE, "O_EXCL")
          .with(OpenFlags.NO_CONTROLLING_TERMINAL, "O_NOCTTY")
          .with(OpenFlags.TRUNCATE, "O_TRUNC")
          .with(OpenFlags.APPEND, "O_APPEND")
          .with(OpenFlags.NONBLOCK, "O_NONBLOCK")
          .with(OpenFlags.DATA_SYNC, "O_DSYNC")
          .with(OpenFlags.DIRECT, "O_DIRECT")
          .with(OpenFlags.LARGE_FILE, "O_LARGEFILE")
          .with(OpenFlags.DIRECTORY, "O_DIRECTORY")
          .with(OpenFlags.NO_FOLLOW, "O_NOFOLLOW")
          .with(OpenFlags.NO_ACCESS_TIME, "O_NOATIME")
          .with(OpenFlags.CLOSE_ON_EXEC, "O_CLOEXEC")
          .with(OpenFlags.PATH, "O_PATH");

  private PathCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(56, "openat", PathCalls::open, DIRECTORY, PATH, Argument.flags(OPEN_FLAGS), MODE);
    table.add(33, "mknodat", PathCalls::makeNode, DIRECTORY, PATH, MODE, HEX);
    table.add(34, "mkdirat", PathCalls::makeFolder, DIRECTORY, PATH, MODE);
    table.add(35, "unlinkat", PathCalls::unlink, DIRECTORY, PATH, HEX);
    table.add(36, "symlinkat", PathCalls::symlink, PATH, DIRECTORY, PATH);
    table.add(37, "linkat", PathCalls::link, DIRECTORY, PATH, DIRECTORY, PATH, HEX);
    table.add(45, "truncate", PathCalls::truncate, PATH, LONG);
    table.add(48, "faccessat", PathCalls::access, DIRECTORY, PATH, INT);
    table.add(439, "faccessat2", PathCalls::access2, DIRECTORY, PATH, INT, HEX);
    table.add(49, "chdir", PathCalls::changeFolder, PATH);
    table.add(50, "fchdir", PathCalls::changeFolderTo, FD);
    table.add(51, "chroot", (t, path) -> Errno.EPERM, PATH);
    table.add(17, "getcwd", PathCalls::currentFolder, ADDRESS, LONG);
    table.add(78, "readlinkat", PathCalls::readLink, DIRECTORY, PATH, Argument.bytesOut(3), LONG);
    table.add(276, "renameat2", PathCalls::rename, DIRECTORY, PATH, DIRECTORY, PATH, HEX);
    table.add(166, "umask", (t, mask) -> t.process().files().setUmask((int) mask), MODE);
  }

  private static long open(Task task, long directory, long path, long flags, long mode) {
    int wanted = (int) flags;
    int exclusive = OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
    boolean follow =
        (wanted & (OpenFlags.NO_FOLLOW | OpenFlags.PATH)) == 0 && (wanted & exclusive) != exclusive;
    // Most names are no links: they are opened without asking first, which links refuse.
    boolean asks =
        (wanted & (OpenFlags.PATH | OpenFlags.DIRECTORY)) != 0
            && (wanted & OpenFlags.NO_FOLLOW) == 0;
    long result = open(task, directory, path, wanted, (int) mode, asks);
    return result == Errno.ELOOP && follow
        ? open(task, directory, path, wanted, (int) mode, true)
        : result;
  }

  private static long open(
      Task task, long directory, long path, int flags, int mode, boolean follow) {
    Process process = task.process();
    int permissions = mode & ~process.files().umask();
    try (Place place = Paths.resolve(task, directory, path, follow)) {
      if (place.error() != 0) {
        return place.error();
      }
      if (place.folderRequired() && place.name() != null) {
        return (flags & OpenFlags.CREATE) != 0 ? Errno.EISDIR : Errno.ENOENT;
      }
      Folder.Opened opened =
          FifoOpening.open(task, place.folder(), place.name(), flags, permissions);
      return opened.error() != 0
          ? opened.error()
          : process.descriptors().add(opened.file(), (flags & OpenFlags.CLOSE_ON_EXEC) != 0);
    }
  }

  private static long makeNode(Task task, long directory, long path, long mode, long device) {
    int type = (int) mode & FileStatus.TYPE_MASK;
    boolean allowed =
        type == 0
            || type == FileStatus.REGULAR
            || type == FileStatus.FIFO
            || type == FileStatus.SOCKET;
    if (!allowed) {
      return Errno.EPERM;
    }
    int permissions = (int) mode & ~task.process().files().umask();
    return Paths.withNew(
        task, directory, path, false, (folder, name) -> folder.makeNode(name, permissions));
  }

  private static long makeFolder(Task task, long directory, long path, long mode) {
    int permissions = (int) mode & ~task.process().files().umask();
    return Paths.withNew(
        task, directory, path, true, (folder, name) -> folder.makeFolder(name, permissions));
  }

  private static long unlink(Task task, long directory, long path, long flags) {
    if ((flags & ~Paths.REMOVEDIR) != 0) {
      return Errno.EINVAL;
    }
    boolean isFolder = (flags & Paths.REMOVEDIR) != 0;
    try (Place place = Paths.resolve(task, directory, path, false)) {
      if (place.error() != 0) {
        return place.error();
      }
      Entry entry = Entry.of(place);
      if (isFolder && isMountPoint(task, place)) {
        return entry.folder().isWritable() ? Errno.EBUSY : Errno.EROFS;
      }
      return entry.folder().unlink(entry.name(), isFolder);
    }
  }

  /**
   * What a place is called in the folder that holds it: "a/" resolves to the folder a itself, and
   * is the entry a of the folder above.
   */
  private record Entry(Folder folder, String name) {
    static Entry of(Place place) {
      Folder folder = place.folder();
      if (place.name() != null || folder.parent() == folder) {
        return new Entry(folder, place.name());
      }
      String path = folder.path();
      return new Entry(folder.parent(), path.substring(path.lastIndexOf('/') + 1));
    }
  }

  private static long symlink(Task task, long target, long directory, long path) {
    String text = Paths.read(task, target);
    if (text == null) {
      return Errno.ENAMETOOLONG;
    }
    if (text.isEmpty()) {
      return Errno.ENOENT;
    }
    return Paths.withNew(
        task, directory, path, false, (folder, name) -> folder.symlink(text, name));
  }

  private static long link(
      Task task, long oldDirectory, long oldPath, long directory, long path, long flags) {
    boolean follow = (flags & Paths.SYMLINK_FOLLOW) != 0;
    return Paths.with(
        task,
        oldDirectory,
        oldPath,
        follow,
        (from, oldName) ->
            Paths.withNew(
                task,
                directory,
                path,
                false,
                (to, name) ->
                    isOneMount(task, from, to)
                        ? from.link(oldName, to, name)
                        : refuseLink(from, oldName, to, name)));
  }

  /** Why something gets no second name in another file system, in the order that Linux looks. */
  private static long refuseLink(Folder from, String oldName, Folder to, String name) {
    long error = from.status(oldName, new FileStatus());
    if (error != 0) {
      return error;
    }
    if (name == null || to.status(name, new FileStatus()) == 0) {
      return Errno.EEXIST;
    }
    return to.isWritable() ? Errno.EXDEV : Errno.EROFS;
  }

  private static boolean isMountPoint(Task task, Place place) {
    return place.name() == null && task.process().files().files().isMountPoint(place.folder());
  }

  private static boolean isOneMount(Task task, Folder a, Folder b) {
    FileSystem files = task.process().files().files();
    return files.mountOf(a) == files.mountOf(b);
  }

  private static long rename(
      Task task, long oldDirectory, long oldPath, long directory, long path, long flags) {
    try (Place from = Paths.resolve(task, oldDirectory, oldPath, false)) {
      if (from.error() != 0) {
        return from.error();
      }
      try (Place to = Paths.resolve(task, directory, path, false)) {
        if (to.error() != 0) {
          return to.error();
        }
        Entry old = Entry.of(from);
        Entry target = Entry.of(to);
        if (!isOneMount(task, old.folder(), target.folder())) {
          return Errno.EXDEV;
        }
        if (isMountPoint(task, from) || isMountPoint(task, to)) {
          return old.folder().isWritable() ? Errno.EBUSY : Errno.EROFS;
        }
        return old.folder().rename(old.name(), target.folder(), target.name(), (int) flags);
      }
    }
  }

  private static long truncate(Task task, long path, long length) {
    return Paths.with(
        task,
        FileContext.AT_FDCWD,
        path,
        true,
        (folder, name) -> {
          Folder.Opened opened = folder.open(name, OpenFlags.WRITE_ONLY, 0);
          if (opened.error() != 0) {
            return opened.error();
          }
          OpenFile file = opened.file();
          try {
            return length < 0 ? Errno.EINVAL : file.truncate(length);
          } finally {
            file.release();
          }
        });
  }

  private static long access(Task task, long directory, long path, long mode) {
    return access2(task, directory, path, mode, 0);
  }

  private static long access2(Task task, long directory, long path, long mode, long flags) {
    if ((mode & ~7) != 0) {
      return Errno.EINVAL;
    }
    if ((flags & Paths.EMPTY_PATH) != 0 && Paths.isEmpty(task, path)) {
      return task.process().descriptors().with(directory, file -> file.status(new FileStatus()));
    }
    boolean follow = (flags & Paths.SYMLINK_NOFOLLOW) == 0;
    return Paths.with(
        task, directory, path, follow, (folder, name) -> folder.access(name, (int) mode));
  }

  private static long changeFolder(Task task, long path) {
    try (Place place = Paths.resolve(task, FileContext.AT_FDCWD, path, true)) {
      if (place.error() != 0) {
        return place.error();
      }
      return enter(task, place.folder(), place.name());
    }
  }

  private static long enter(Task task, Folder folder, String name) {
    Folder.Opened opened =
        folder.open(name, OpenFlags.DIRECTORY | OpenFlags.READ_ONLY | OpenFlags.PATH, 0);
    if (opened.error() != 0) {
      return opened.error();
    }
    try {
      task.process().files().setCurrent(opened.file().folder().retain());
      return 0;
    } finally {
      opened.file().release();
    }
  }

  private static long changeFolderTo(Task task, long descriptor) {
    return task.process()
        .descriptors()
        .with(
            descriptor,
            file -> {
              if (file.folder() == null) {
                return Errno.ENOTDIR;
              }
              task.process().files().setCurrent(file.folder().retain());
              return 0;
            });
  }

  private static long currentFolder(Task task, long buffer, long size) {
    Folder current = task.process().files().current();
    byte[] path = (current.path() + '\0').getBytes(StandardCharsets.ISO_8859_1);
    current.release();
    if (path.length > size) {
      return Errno.ERANGE;
    }
    task.memory().putBytes(buffer, path);
    return path.length;
  }

  private static long readLink(Task task, long directory, long path, long buffer, long size) {
    if (size <= 0) {
      return Errno.EINVAL;
    }
    return Paths.with(
        task,
        directory,
        path,
        false,
        (folder, name) -> {
          String target = name == null ? null : folder.readLink(name);
          if (target == null) {
            long error = folder.status(name, new FileStatus());
            return error != 0 ? error : Errno.EINVAL;
          }
          byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
          int n = (int) Math.min(size, bytes.length);
          task.memory().putBytes(buffer, bytes, 0, n);
          return n;
        });
  }
}
