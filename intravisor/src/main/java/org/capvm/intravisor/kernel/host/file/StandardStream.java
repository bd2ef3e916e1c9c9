package org.capvm.intravisor.kernel.host.file;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/** Makes the guest's standard input, output and error from those of the JVM. */
public final class StandardStream {
  private static final int KEPT_FLAGS = OpenFlags.ACCESS_MODE | OpenFlags.APPEND;

  private StandardStream() {}

  /**
   * A file for a host descriptor that other processes may share, so that its mode must not change.
   *
   * @param number 0, 1 or 2
   * @return null when the JVM was started with the host descriptor closed
   */
  public static OpenFile open(int number) {
    FileStatus status = new FileStatus();
    if (isOwn(number) || HostStatus.read(number, "", status) != 0) {
      return null;
    }
    long flags = Host.control(number, Host.F_GETFL, 0);
    int kept = (int) flags & KEPT_FLAGS;
    String name = name(number);
    if (status.type() == FileStatus.FIFO) {
      long own =
          HostFiles.open(
              HostFiles.AT_FDCWD,
              "/proc/self/fd/" + number,
              kept | OpenFlags.NONBLOCK | OpenFlags.CLOSE_ON_EXEC,
              0);
      if (own >= 0) {
        return new HostFile((int) own, kept, name, true, null, false);
      }
    }
    long copy = Host.control(number, Host.F_DUPFD_CLOEXEC, 0);
    if (Errno.isError(copy)) {
      return null;
    }
    boolean waits =
        switch (status.type()) {
          case FileStatus.FIFO, FileStatus.SOCKET -> true;
          case FileStatus.CHARACTER_DEVICE -> Host.isTerminal(number);
          default -> false;
        };
    return waits
        ? new SharedFile((int) copy, kept, name)
        : new HostFile((int) copy, kept, name, false, null, false);
  }

  /**
   * Whether the number was free when the JVM started, and is a file of the JVM's by now: such files
   * close on exec, which inherited ones never do, or belong to the Java installation.
   */
  private static boolean isOwn(int number) {
    String target = target(number);
    return Host.control(number, Host.F_GETFD, 0) != 0
        || target != null && target.startsWith(System.getProperty("java.home"));
  }

  private static String target(int number) {
    return HostFiles.readLink(HostFiles.AT_FDCWD, "/proc/self/fd/" + number);
  }

  private static String name(int number) {
    String target = target(number);
    // A path of the host means nothing to the guest; terminals and pipes are called as on Linux.
    return target != null && (target.startsWith("/dev/") || target.indexOf('/') < 0)
        ? target
        : "/dev/std" + new String[] {"in", "out", "err"}[number];
  }
}
