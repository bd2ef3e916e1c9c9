package org.capvm.intravisor.kernel.host.calls;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SentFiles;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;

/**
 * Ancillary data of messages (struct cmsghdr: length, level, type, data; aligned to 8 bytes).
 * Descriptors are translated between the tables of guest and host; nothing else passes.
 *
 * <p>A guest receives only what a guest of its cVM sent: with each message the host tells the
 * process that sent it, and {@link SentFiles} what this cVM sent. All other descriptors are closed,
 * and the guest is told that they found no place.
 */
final class ControlMessages {
  /** Longest ancillary data in bytes. */
  static final int LIMIT = 10240;

  private static final int HEADER = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_CREDENTIALS = 2;

  /** Room in bytes for what the host tells about the sender: struct ucred with its header. */
  static final int CREDENTIALS_SPACE = HEADER + 16;

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
          task.process().table().sentFiles().add(file.hostDescriptor());
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
   * @param truncated set when a descriptor found no place, or is from outside the cVM
   */
  static byte[] toGuest(Task task, byte[] host, boolean closeOnExec, boolean[] truncated) {
    boolean own = sender(host) == ProcessHandle.current().pid();
    ByteBuffer in = wrap(host);
    ByteBuffer out = wrap(new byte[host.length + 8]);
    for (int at = 0; isRecord(in, at); at += align(length(in, at))) {
      if (!is(in, at, SCM_RIGHTS)) {
        continue;
      }
      int start = out.position();
      out.position(start + HEADER);
      for (int i = at + HEADER; i + 4 <= at + length(in, at); i += 4) {
        long fd = add(task, in.getInt(i), own, closeOnExec);
        if (fd < 0) {
          truncated[0] = true;
        } else {
          out.putInt((int) fd);
        }
      }
      int length = out.position() - start;
      if (length == HEADER) {
        out.position(start);
      } else {
        out.putLong(start, length).putInt(start + 8, SOL_SOCKET).putInt(start + 12, SCM_RIGHTS);
        out.position(align(out.position()));
      }
    }
    byte[] control = new byte[out.position()];
    out.get(0, control);
    return control;
  }

  private static boolean isRecord(ByteBuffer in, int at) {
    return in.capacity() - at >= HEADER && in.getLong(at) >= HEADER;
  }

  private static int length(ByteBuffer in, int at) {
    return (int) Math.min(in.getLong(at), in.capacity() - at);
  }

  private static boolean is(ByteBuffer in, int at, int type) {
    return in.getInt(at + 8) == SOL_SOCKET && in.getInt(at + 12) == type;
  }

  /** The process that sent a message as the host saw it then, 0 when it does not say. */
  private static int sender(byte[] host) {
    ByteBuffer in = wrap(host);
    for (int at = 0; isRecord(in, at); at += align(length(in, at))) {
      if (is(in, at, SCM_CREDENTIALS) && length(in, at) >= HEADER + 4) {
        return in.getInt(at + HEADER);
      }
    }
    return 0;
  }

  private static long add(Task task, int host, boolean own, boolean closeOnExec) {
    if (!own || !task.process().table().sentFiles().contains(host)) {
      Host.close(host);
      return Errno.EACCES;
    }
    return task.process().descriptors().add(ReceivedFiles.wrap(host), closeOnExec);
  }
}
