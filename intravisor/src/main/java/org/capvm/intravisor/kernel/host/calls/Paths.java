package org.capvm.intravisor.kernel.host.calls;

import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;

/** Path arguments of system calls. */
final class Paths {
  /** Flags of the *at calls. */
  static final int SYMLINK_NOFOLLOW = 0x100;

  static final int REMOVEDIR = 0x200;
  static final int SYMLINK_FOLLOW = 0x400;
  static final int EMPTY_PATH = 0x1000;

  private Paths() {}

  /** What a call does with a resolved path. */
  @FunctionalInterface
  interface Use {
    long apply(Folder folder, String name);
  }

  /** A path in guest memory as a Latin-1 string, or null when it is too long. */
  static String read(Task task, long address) {
    byte[] bytes = task.memory().getCString(address, FileSystem.PATH_LIMIT);
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static Place resolve(Task task, long directory, long path, boolean followLast) {
    Process process = task.process();
    return process.files().resolve(process.descriptors(), directory, read(task, path), followLast);
  }

  /** Resolves the path of something that exists and uses it. */
  static long with(Task task, long directory, long path, boolean followLast, Use use) {
    try (Place place = resolve(task, directory, path, followLast)) {
      if (place.error() != 0) {
        return place.error();
      }
      if (place.folderRequired() && place.name() != null) {
        return Errno.ENOENT;
      }
      return use.apply(place.folder(), place.name());
    }
  }

  /** Resolves the path of something to be made, whose last component is not followed. */
  static long withNew(Task task, long directory, long path, boolean folder, Use use) {
    try (Place place = resolve(task, directory, path, false)) {
      if (place.error() != 0) {
        return place.error();
      }
      if (place.folderRequired() && !folder) {
        return place.name() == null ? Errno.EEXIST : Errno.ENOENT;
      }
      return use.apply(place.folder(), place.name());
    }
  }

  /** The status of a path, or with EMPTY_PATH of a descriptor. */
  static long status(Task task, long directory, long path, long flags, FileStatus status) {
    Process process = task.process();
    if ((flags & EMPTY_PATH) != 0 && isEmpty(task, path)) {
      return (int) directory == FileContext.AT_FDCWD
          ? withCurrent(process, (folder, name) -> folder.status(name, status))
          : process.descriptors().with(directory, file -> file.status(status));
    }
    long error = with(task, directory, path, false, (f, name) -> f.status(name, status));
    if (error == 0 && status.isSymlink() && (flags & SYMLINK_NOFOLLOW) == 0) {
      return with(task, directory, path, true, (f, name) -> f.status(name, status));
    }
    return error;
  }

  /** Whether a path argument is NULL or the empty string. */
  static boolean isEmpty(Task task, long path) {
    return path == 0 || task.memory().getByte(path) == 0;
  }

  static long withCurrent(Process process, Use use) {
    Folder current = process.files().current();
    try {
      return use.apply(current, null);
    } finally {
      current.release();
    }
  }
}
