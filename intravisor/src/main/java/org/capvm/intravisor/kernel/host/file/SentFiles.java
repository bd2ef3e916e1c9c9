package org.capvm.intravisor.kernel.host.file;

import java.util.LinkedHashSet;
import org.capvm.intravisor.kernel.host.os.Host;

/**
 * The files that guests of one cVM sent over Unix sockets: what its guests may receive. It keeps
 * other cVMs of the same JVM apart, which the host takes for one process.
 *
 * <p>A file is known by what the host says of it, since its sender may have closed it when it
 * arrives. Objects without an inode of their own (event counters) are all the same one; they hold
 * nothing of the host.
 */
public final class SentFiles {
  /** Files that are remembered: more than the host lets be on their way (RLIMIT_NOFILE). */
  private static final int LIMIT = 1 << 16;

  private final LinkedHashSet<Identity> sent = new LinkedHashSet<>();

  /** The inode, when it was made (numbers are used again), and what may be done with it. */
  private record Identity(FileKey file, long seconds, int nanoseconds, long access) {}

  private static Identity identity(int host) {
    FileStatus status = new FileStatus();
    long flags = Host.control(host, Host.F_GETFL, 0);
    if (flags < 0 || HostStatus.read(host, "", status) != 0) {
      return null;
    }
    return new Identity(
        FileKey.of(status),
        status.birthSeconds,
        status.birthNanos,
        flags & (OpenFlags.ACCESS_MODE | OpenFlags.PATH));
  }

  /** Remembers the file of a host descriptor; the one sent longest ago may be forgotten for it. */
  public synchronized void add(int host) {
    Identity identity = identity(host);
    if (identity != null) {
      sent.remove(identity);
      sent.add(identity);
      if (sent.size() > LIMIT) {
        sent.removeFirst();
      }
    }
  }

  /** Whether the file of a host descriptor was sent. */
  public synchronized boolean contains(int host) {
    return sent.contains(identity(host));
  }
}
