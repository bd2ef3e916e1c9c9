package org.capvm.intravisor.kernel.host.calls;

import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostFiles;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.socket.SocketAddresses.HostPath;

/**
 * Finds Unix sockets by guest path. What the host gets is a path through a descriptor of ours,
 * which is valid until this object is closed: no component is looked up by the host that a guest
 * could have replaced by a link.
 */
final class SocketPaths implements AutoCloseable {
  private static final String DESCRIPTORS = "/proc/self/fd/";
  private static final int POINT = OpenFlags.PATH | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;

  private final Task task;
  private Place place;
  private int point = -1;

  SocketPaths(Task task) {
    this.task = task;
  }

  private long resolve(byte[] path, boolean followLast) {
    place =
        task.process()
            .files()
            .resolve(
                task.process().descriptors(),
                FileContext.AT_FDCWD,
                new String(path, StandardCharsets.ISO_8859_1),
                followLast);
    return place.error();
  }

  /** The name that bind creates: the host's bind follows no link there. */
  HostPath forBind(byte[] path) {
    long error = resolve(path, false);
    if (error != 0) {
      return new HostPath(null, error);
    }
    if (place.name() == null) {
      return new HostPath(null, Errno.EADDRINUSE);
    }
    if (!place.folder().isWritable() || place.folder().hostDescriptor() < 0) {
      return new HostPath(null, Errno.EROFS);
    }
    return new HostPath(DESCRIPTORS + place.folder().hostDescriptor() + "/" + place.name(), 0);
  }

  /** An existing socket: opened as a point without following links, and named by that. */
  HostPath forPeer(byte[] path) {
    long error = resolve(path, true);
    if (error != 0) {
      return new HostPath(null, error);
    }
    if (place.name() == null || place.folder().hostDescriptor() < 0) {
      return new HostPath(null, Errno.ECONNREFUSED);
    }
    long fd = HostFiles.open(place.folder().hostDescriptor(), place.name(), POINT, 0);
    if (fd < 0) {
      return new HostPath(null, fd);
    }
    point = (int) fd;
    return new HostPath(DESCRIPTORS + point, 0);
  }

  @Override
  public void close() {
    if (point >= 0) {
      Host.close(point);
    }
    if (place != null) {
      place.close();
    }
  }
}
