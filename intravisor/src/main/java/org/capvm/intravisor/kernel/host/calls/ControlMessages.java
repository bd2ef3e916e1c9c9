package org.capvm.intravisor.kernel.host.calls;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.process.Task;

/**
 * Ancillary data of messages (struct cmsghdr: length, level, type, data; aligned to 8 bytes).
 * Passed descriptors are translated between the tables of guest and host; nothing else passes.
 */
final class ControlMessages {
  /** Longest ancillary data in bytes. */
  static final int LIMIT = 10240;

  private static final int HEADER = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;

  private ControlMessages() {}

  /** Ancillary data to send: in host form, with the files that it names held open. */
  record Outgoing(byte[] control, long error, List<OpenFile> held) implements AutoCloseable {
    @Override
    public void close() {
      held.forEach(OpenFile::release);
    }
  }

  private static int align(int length) {
    return length + 7 & -8;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Translates what a guest sends. */
  static Outgoing toHost(Task task, byte[] guest) {
    ByteBuffer in = wrap(guest);
    ByteBuffer out = wrap(new byte[guest.length]);
    List<OpenFile> held = new ArrayList<>();
    int at = 0;
    while (guest.length - at >= HEADER) {
      long length = in.getLong(at);
      if (length < HEADER || length > guest.length - at) {
        return failed(held, Errno.EINVAL);
      }
      if (in.getInt(at + 8) == SOL_SOCKET && in.getInt(at + 12) == SCM_RIGHTS) {
        int count = (int) (length - HEADER) / 4;
        out.putLong(HEADER + 4L * count).putInt(SOL_SOCKET).putInt(SCM_RIGHTS);
        for (int i = 0; i < count; i++) {
          OpenFile file = task.process().descriptors().acquire(in.getInt(at + HEADER + 4 * i));
          if (file == null) {
            return failed(held, Errno.EBADF);
          }
          held.add(file);
          if (file.hostDescriptor() < 0) {
            return failed(held, Errno.EINVAL);
          }
          out.putInt(file.hostDescriptor());
        }
        out.position(Math.min(align(out.position()), guest.length));
      }
      at += align((int) length);
    }
    byte[] control = new byte[out.position()];
    out.get(0, control);
    return new Outgoing(control, 0, held);
  }

  private static Outgoing failed(List<OpenFile> held, long error) {
    held.forEach(OpenFile::release);
    return new Outgoing(new byte[0], error, List.of());
  }

  /**
   * Translates what arrived: descriptors get numbers of the guest's table.
   *
   * @param truncated set when a descriptor found no place
   */
  static byte[] toGuest(Task task, byte[] host, boolean closeOnExec, boolean[] truncated) {
    ByteBuffer in = wrap(host);
    ByteBuffer out = wrap(new byte[host.length + 8]);
    int at = 0;
    while (host.length - at >= HEADER) {
      int length = (int) Math.min(in.getLong(at), host.length - at);
      if (length < HEADER) {
        break;
      }
      if (in.getInt(at + 8) == SOL_SOCKET && in.getInt(at + 12) == SCM_RIGHTS) {
        int start = out.position();
        out.putLong(0).putInt(SOL_SOCKET).putInt(SCM_RIGHTS);
        for (int i = at + HEADER; i + 4 <= at + length; i += 4) {
          long fd = add(task, in.getInt(i), closeOnExec);
          if (fd < 0) {
            truncated[0] = true;
          } else {
            out.putInt((int) fd);
          }
        }
        out.putLong(start, out.position() - start);
        out.position(align(out.position()));
      }
      at += align(length);
    }
    byte[] control = new byte[out.position()];
    out.get(0, control);
    return control;
  }

  private static long add(Task task, int host, boolean closeOnExec) {
    DescriptorTable table = task.process().descriptors();
    return table.add(ReceivedFiles.wrap(host), closeOnExec);
  }
}
