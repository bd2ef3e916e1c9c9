package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.HostFile;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostSockets;
import org.capvm.intravisor.kernel.host.socket.SocketFile;
import org.capvm.intravisor.kernel.host.socket.SocketOptions;

/** Makes files of host descriptors that arrived in messages. */
final class ReceivedFiles {
  private static final int SO_TYPE = 3;
  private static final int SO_DOMAIN = 39;

  private ReceivedFiles() {}

  /**
   * A file for a descriptor that a guest of this cVM sent. A folder among them names no paths: only
   * its sender knows where it lies.
   */
  static OpenFile wrap(int host) {
    int flags = (int) Host.control(host, Host.F_GETFL, 0);
    int access = flags & OpenFlags.ACCESS_MODE;
    HostFile file = new HostFile(host, access | flags & OpenFlags.APPEND, "/", false, null, false);
    FileStatus status = new FileStatus();
    if (file.status(status) != 0) {
      return file;
    }
    return switch (status.type()) {
      case FileStatus.SOCKET ->
          new SocketFile(host, option(host, SO_DOMAIN), option(host, SO_TYPE), false);
      case FileStatus.FIFO -> new EventFile(host, access, EventFile.Kind.PIPE);
      case 0 -> new EventFile(host, access, EventFile.Kind.COUNTER);
      default -> file;
    };
  }

  private static int option(int host, int name) {
    byte[] value = HostSockets.option(host, SocketOptions.SOL_SOCKET, name, 4, new long[1]);
    return value == null || value.length == 0 ? 0 : value[0];
  }
}
