package org.capvm.intravisor.kernel.host.calls;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.socket.SocketFile;
import org.capvm.intravisor.kernel.host.socket.SocketOptions;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** setsockopt and getsockopt. */
public final class SocketOptionCalls {
  /** Longest option value that is read in bytes. */
  private static final int LIMIT = 4096;

  private SocketOptionCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(
        208,
        "setsockopt",
        SocketOptionCalls::set,
        Argument.FD,
        Argument.INT,
        Argument.INT,
        Argument.ADDRESS,
        Argument.INT);
    table.add(
        209,
        "getsockopt",
        SocketOptionCalls::get,
        Argument.FD,
        Argument.INT,
        Argument.INT,
        Argument.ADDRESS,
        Argument.ADDRESS);
  }

  private static boolean isTimeout(int level, int name) {
    return level == SocketOptions.SOL_SOCKET
        && (name == SocketOptions.SO_RCVTIMEO || name == SocketOptions.SO_SNDTIMEO);
  }

  private static long set(Task task, long fd, long level, long name, long value, long length) {
    if ((int) length < 0 || (int) length > LIMIT) {
      return Errno.EINVAL;
    }
    return SocketCalls.with(
        task,
        fd,
        s -> {
          if (isTimeout((int) level, (int) name)) {
            return setTimeout(task, s, (int) name, value, length);
          }
          byte[] bytes = task.memory().getBytes(value, (int) length);
          return SocketOptions.set(s, (int) level, (int) name, bytes);
        });
  }

  private static long setTimeout(Task task, SocketFile socket, int name, long value, long length) {
    if (length < TimeValue.SIZE) {
      return Errno.EINVAL;
    }
    long nanos = TimeValue.timeval(task.memory(), value);
    if (nanos == TimeValue.INVALID) {
      return Errno.EDOM;
    }
    long timeout = nanos == 0 ? SocketFile.FOR_EVER : nanos;
    if (name == SocketOptions.SO_RCVTIMEO) {
      socket.setReceiveTimeout(timeout);
    } else {
      socket.setSendTimeout(timeout);
    }
    return 0;
  }

  private static long get(
      Task task, long fd, long level, long name, long value, long lengthAddress) {
    GuestMemory memory = task.memory();
    int room = memory.getInt(lengthAddress);
    if (room < 0) {
      return Errno.EINVAL;
    }
    return SocketCalls.with(
        task,
        fd,
        s -> {
          long[] error = new long[1];
          byte[] bytes = read(task, s, (int) level, (int) name, room, error);
          if (bytes == null) {
            return error[0];
          }
          int shown = Math.min(room, bytes.length);
          memory.putBytes(value, bytes, 0, shown);
          memory.putInt(lengthAddress, shown);
          return 0;
        });
  }

  private static byte[] read(
      Task task, SocketFile socket, int level, int name, int room, long[] error) {
    if (isTimeout(level, name)) {
      long timeout =
          name == SocketOptions.SO_RCVTIMEO ? socket.receiveTimeout() : socket.sendTimeout();
      long nanos = Math.max(timeout, 0);
      return little(16).putLong(nanos / 1_000_000_000).putLong(nanos / 1000 % 1_000_000).array();
    }
    if (level == SocketOptions.SOL_SOCKET) {
      switch (name) {
        case SocketOptions.SO_PASSCRED -> {
          return new byte[4];
        }
        case SocketOptions.SO_PEERCRED -> {
          // The peer is in the same cVM as far as the guest can know.
          Process self = task.process();
          return little(12)
              .putInt(self.pid())
              .putInt(self.credentials().user())
              .putInt(self.credentials().group())
              .array();
        }
        default -> {}
      }
    }
    return SocketOptions.get(socket, level, name, room, error);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
