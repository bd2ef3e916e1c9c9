package org.capvm.intravisor.kernel.host.pseudo;

import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder.Entry;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/** The guest's /dev: the devices that every program may use, and nothing else of the host's. */
public final class Devices {
  private static final int KEPT_FLAGS =
      OpenFlags.ACCESS_MODE | OpenFlags.APPEND | OpenFlags.NONBLOCK | OpenFlags.PATH;

  private Devices() {}

  /** Makes the folder. */
  public static Folder folder(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .with("null", device("/dev/null", 1, 3, false))
        .with("zero", device("/dev/zero", 1, 5, false))
        .with("full", device("/dev/full", 1, 7, false))
        .with("random", device("/dev/random", 1, 8, false))
        .with("urandom", device("/dev/urandom", 1, 9, false))
        .with("tty", device("/dev/tty", 5, 0, true))
        .with("fd", new Entry.Link("/proc/self/fd"))
        .with("stdin", new Entry.Link("/proc/self/fd/0"))
        .with("stdout", new Entry.Link("/proc/self/fd/1"))
        .with("stderr", new Entry.Link("/proc/self/fd/2"))
        .with("cvm", new Entry.Directory(SyntheticFolder::new))
        .with("shm", new Entry.Directory(SyntheticFolder::new));
  }

  /** A character device that is the host's. */
  private static Entry device(String hostPath, int major, int minor, boolean waits) {
    return new Entry.File(
        FileStatus.CHARACTER_DEVICE | 0666,
        major,
        minor,
        (flags, path) -> {
          int opened =
              flags & KEPT_FLAGS
                  | OpenFlags.CLOSE_ON_EXEC
                  | OpenFlags.NO_CONTROLLING_TERMINAL
                  | (waits ? OpenFlags.NONBLOCK : 0);
          long fd = HostFiles.open(HostFiles.AT_FDCWD, hostPath, opened, 0);
          return fd < 0
              ? Folder.Opened.failed(fd)
              : Folder.Opened.of(
                  new HostFile((int) fd, flags & KEPT_FLAGS, path, waits, null, false));
        });
  }
}
