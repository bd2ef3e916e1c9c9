package org.capvm.intravisor.cvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.intravisor.kernel.host.file.FileSystem.Mount;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.HostFolder;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.os.HostFiles;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.pseudo.Devices;
import org.capvm.intravisor.kernel.host.pseudo.ProcFolder;
import org.capvm.intravisor.kernel.host.pseudo.SysFolder;

/**
 * The files that a cVM sees: its root, /dev, /proc, /sys, a private writable /tmp, and its volumes.
 */
final class GuestFiles implements AutoCloseable {
  private final FileSystem files;
  private final String program;
  private final PrivateFolder temporary;

  private GuestFiles(FileSystem files, String program, PrivateFolder temporary) {
    this.files = files;
    this.program = program;
    this.temporary = temporary;
  }

  /**
   * Opens its folders.
   *
   * @param shared what /dev/cvm shows
   */
  static GuestFiles open(CvmOptions options, ProcessTable processes, Mount shared)
      throws CvmException {
    PrivateFolder temporary;
    try {
      temporary = new PrivateFolder();
    } catch (IOException e) {
      throw new CvmException("cannot make a temporary folder: " + e.getMessage(), e);
    }
    FileSystem files = null;
    try {
      String program = HostText.bytes(options.program());
      if (options.root().isPresent()) {
        Path root = options.root().get();
        files = new FileSystem(new HostFolder(null, "", openFolder(root, "root"), false));
      } else {
        files = new FileSystem(rootWithOnly(options.program()));
        program = "/" + fileName(program);
      }
      GuestFiles result = new GuestFiles(files, program, temporary);
      result.mountAll(options, processes, shared);
      return result;
    } catch (CvmException e) {
      if (files != null) {
        files.close();
      }
      temporary.close();
      throw e;
    }
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static int openFolder(Path folder, String what) throws CvmException {
    if (!Files.exists(folder)) {
      throw new CvmException(what + " folder " + folder + " does not exist");
    }
    long fd =
        HostFiles.open(
            HostFiles.AT_FDCWD,
            HostText.bytes(folder.toString()),
            OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC,
            0);
    if (fd == Errno.ENOTDIR) {
      throw new CvmException(what + " " + folder + " is not a folder");
    }
    if (fd < 0) {
      throw new CvmException(what + " folder " + folder + " cannot be opened: " + Errno.name(fd));
    }
    return (int) fd;
  }

  private static Folder rootWithOnly(String program) throws CvmException {
    Path path = Path.of(program);
    if (!Files.exists(path)) {
      throw new CvmException(Kind.NO_PROGRAM, program + ": no such file", null);
    }
    if (Files.isDirectory(path)) {
      throw new CvmException(Kind.NOT_RUNNABLE, program + ": is a directory", null);
    }
    String host = HostText.bytes(program);
    return new SyntheticFolder(null, "")
        .with(
            fileName(host),
            new SyntheticFolder.Entry.File(
                FileStatus.REGULAR | 0555, 0, 0, (flags, name) -> openProgram(host, flags, name)));
  }

  private static Folder.Opened openProgram(String host, int flags, String name) {
    if ((flags & OpenFlags.ACCESS_MODE) != OpenFlags.READ_ONLY) {
      return Folder.Opened.failed(Errno.EROFS);
    }
    long fd =
        HostFiles.open(HostFiles.AT_FDCWD, host, OpenFlags.READ_ONLY | OpenFlags.CLOSE_ON_EXEC, 0);
    return fd < 0
        ? Folder.Opened.failed(fd)
        : Folder.Opened.of(new HostFile((int) fd, flags, name, false, null, false));
  }

  private void mountAll(CvmOptions options, ProcessTable processes, Mount shared)
      throws CvmException {
    mount("/dev", Devices::folder);
    mount("/dev/cvm", shared);
    mount("/proc", (p, n) -> new ProcFolder(p, n, processes, options.memory()));
    mount("/sys", SysFolder::folder);
    try {
      mountHost("/tmp", Files.createDirectory(temporary.path().resolve("tmp")), true, "temporary");
      mountHost(
          "/dev/shm", Files.createDirectory(temporary.path().resolve("shm")), true, "temporary");
    } catch (IOException e) {
      throw new CvmException("cannot make a temporary folder: " + e.getMessage(), e);
    }
    for (Volume volume : options.volumes()) {
      mountHost(HostText.bytes(volume.guest()), volume.host(), volume.writable(), "volume");
    }
  }

  private void mountHost(String path, Path host, boolean writable, String what)
      throws CvmException {
    int descriptor = openFolder(host, what);
    mount(path, (p, n) -> new HostFolder(p, n, descriptor, writable));
  }

  private void mount(String path, Mount mount) throws CvmException {
    long error = files.mount(path, mount);
    if (error != 0) {
      throw new CvmException("cannot show a folder at " + path + ": " + Errno.name(error));
    }
  }

  FileSystem files() {
    return files;
  }

  /** The path of the program in the guest. */
  String program() {
    return program;
  }

  @Override
  public void close() {
    files.close();
    temporary.close();
  }
}
