package org.capvm.intravisor.kernel.host.loader;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.Place;

/**
 * A file to execute, opened and read.
 *
 * @param name what messages call it
 * @param path absolute path, as the guest sees it
 */
record ProgramFile(OpenFile file, String name, String path, byte[] content)
    implements AutoCloseable {
  private static final int X_OK = 1;
  private static final int R_OK = 4;
  private static final long LIMIT = 1L << 30;

  /** Opens a path as execve does. */
  static ProgramFile open(FileSystem files, Folder start, String path, String name)
      throws LoadException {
    return open(files, start, path, name, X_OK);
  }

  /** Opens a shared library, which need not be executable. */
  static ProgramFile openLibrary(FileSystem files, String path) throws LoadException {
    return open(files, files.root(), path, path, R_OK);
  }

  private static ProgramFile open(
      FileSystem files, Folder start, String path, String name, int mode) throws LoadException {
    try (Place place = files.resolve(start, path, true)) {
      if (place.error() != 0) {
        throw failure(place.error(), name);
      }
      long access = place.folder().access(place.name(), mode);
      if (access != 0) {
        throw failure(access, name);
      }
      Folder.Opened opened = place.folder().open(place.name(), OpenFlags.READ_ONLY, 0);
      if (opened.error() != 0) {
        throw failure(opened.error(), name);
      }
      try {
        byte[] content = read(opened.file(), name);
        return new ProgramFile(opened.file(), name, place.folder().child(place.name()), content);
      } catch (LoadException e) {
        opened.file().release();
        throw e;
      }
    }
  }

  private static LoadException failure(long error, String path) {
    String reason =
        switch ((int) error) {
          case (int) Errno.ENOENT -> "no such file";
          case (int) Errno.EACCES -> "permission denied (is it executable?)";
          case (int) Errno.ENOTDIR -> "a component of its path is not a folder";
          default -> Errno.name(error);
        };
    return new LoadException(error, path + ": " + reason);
  }

  private static byte[] read(OpenFile file, String path) throws LoadException {
    FileStatus status = new FileStatus();
    long error = file.status(status);
    if (error != 0) {
      throw failure(error, path);
    }
    if (!status.isRegular()) {
      throw new LoadException(
          Errno.EACCES, path + (status.isDirectory() ? ": is a directory" : ": is not a file"));
    }
    if (status.size > LIMIT) {
      throw new LoadException(Errno.ENOEXEC, path + ": is larger than 1 GiB");
    }
    byte[] content = new byte[(int) status.size];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, Math.min(content.length, 1 << 20)));
      int done = 0;
      while (done < content.length) {
        long wanted = Math.min(buffer.byteSize(), content.length - done);
        long n = file.pread(buffer.asSlice(0, wanted), done);
        if (n <= 0) {
          throw new LoadException(n == 0 ? Errno.ENOEXEC : n, path + ": cannot be read");
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, content, done, (int) n);
        done += (int) n;
      }
    }
    return content;
  }

  @Override
  public void close() {
    file.release();
  }
}
