package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostSockets;
import org.capvm.intravisor.kernel.host.os.HostSockets.Addressed;
import org.capvm.intravisor.kernel.host.os.HostSockets.Message;
import org.capvm.intravisor.kernel.host.os.HostSockets.Received;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.socket.SocketAddresses.Translated;
import org.capvm.intravisor.kernel.host.socket.SocketFile;
import org.capvm.intravisor.kernel.host.socket.Sockets;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls that send and receive on sockets. */
public final class MessageCalls {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_WAITALL = 0x100;
  private static final int MSG_CTRUNC = 8;
  private static final int MSG_PEEK = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /** Flags that mean the same on the host: OOB, PEEK, DONTROUTE, TRUNC, EOR, CONFIRM, MORE. */
  private static final int PASSED = 1 | MSG_PEEK | 4 | 0x20 | 0x80 | 0x800 | 0x8000;

  private static final int STREAM = 1;
  private static final int VECTOR_LIMIT = 1024;
  private static final int HEADER_SIZE = 56;

  private MessageCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(
        206,
        "sendto",
        MessageCalls::send,
        Argument.FD,
        Argument.bytesIn(2),
        Argument.LONG,
        Argument.HEX,
        Argument.ADDRESS,
        Argument.INT);
    table.add(
        207,
        "recvfrom",
        MessageCalls::receive,
        Argument.FD,
        Argument.bytesOut(2),
        Argument.LONG,
        Argument.HEX,
        Argument.ADDRESS,
        Argument.ADDRESS);
    table.add(
        211,
        "sendmsg",
        MessageCalls::sendMessage,
        Argument.FD,
        Argument.in(HEADER_SIZE),
        Argument.HEX);
    table.add(
        212,
        "recvmsg",
        MessageCalls::receiveMessage,
        Argument.FD,
        Argument.out(HEADER_SIZE),
        Argument.HEX);
  }

  private static boolean waits(SocketFile socket, long flags) {
    return !socket.isNonblocking() && (flags & MSG_DONTWAIT) == 0;
  }

  private static long retry(
      Task task, SocketFile socket, long flags, boolean sends, LongSupplier operation) {
    if (!waits(socket, flags)) {
      return operation.getAsLong();
    }
    return Waiting.retry(
        task,
        socket.hostDescriptor(),
        sends ? Host.POLLOUT : Host.POLLIN,
        sends ? socket.sendTimeout() : socket.receiveTimeout(),
        operation);
  }

  /** The error of a send whose sender wants no signal. */
  private static long quiet(long result, long flags) {
    return result == Errno.EPIPE && (flags & MSG_NOSIGNAL) != 0
        ? Errno.EPIPE_WITHOUT_SIGNAL
        : result;
  }

  private static MemorySegment readable(Task task, long address, long length) {
    return task.memory().readable(address, Math.min(length, Argument.MAX_TRANSFER));
  }

  private static long send(
      Task task, long fd, long data, long length, long flags, long address, long addressLength) {
    if (length < 0) {
      return Errno.EINVAL;
    }
    byte[] guest = null;
    if (address != 0) {
      guest = SocketCalls.address(task, address, addressLength);
      if (guest == null) {
        return Errno.EINVAL;
      }
    }
    byte[] receiver = guest;
    return SocketCalls.with(
        task, fd, s -> send(task, s, readable(task, data, length), flags, receiver));
  }

  private static long send(
      Task task, SocketFile socket, MemorySegment data, long flags, byte[] guest) {
    try (SocketPaths paths = new SocketPaths(task)) {
      byte[] to = null;
      if (guest != null && !(socket.type() == STREAM)) {
        Translated peer = Sockets.peer(socket, guest, SocketCalls.names(task), paths::forPeer);
        if (peer.error() != 0) {
          return peer.error();
        }
        to = peer.address();
      }
      byte[] receiver = to;
      int host = socket.hostDescriptor();
      int passed = (int) flags & PASSED;
      long sent = 0;
      while (true) {
        MemorySegment rest = data.asSlice(sent);
        long result =
            retry(task, socket, flags, true, () -> HostSockets.send(host, rest, passed, receiver));
        if (result < 0) {
          return sent > 0 ? sent : quiet(result, flags);
        }
        sent += result;
        // A stream that waits sends everything; the host takes what fits.
        if (socket.type() != STREAM || sent == data.byteSize() || !waits(socket, flags)) {
          return sent;
        }
      }
    }
  }

  private static long receive(
      Task task, long fd, long data, long length, long flags, long address, long lengthAddress) {
    if (length < 0) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    MemorySegment buffer = memory.writable(data, Math.min(length, Argument.MAX_TRANSFER));
    return SocketCalls.with(
        task,
        fd,
        s -> {
          Addressed[] received = new Addressed[1];
          long result = memory.received(receive(task, s, buffer, flags, received));
          if (result >= 0 && address != 0) {
            byte[] sender = Sockets.sender(received[0].address(), SocketCalls.names(task));
            SocketCalls.putAddress(task, sender, address, lengthAddress);
          }
          return result;
        });
  }

  private static long receive(
      Task task, SocketFile socket, MemorySegment buffer, long flags, Addressed[] received) {
    int host = socket.hostDescriptor();
    int passed = (int) flags & PASSED;
    boolean all = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0 && socket.type() == STREAM;
    long total = 0;
    while (true) {
      MemorySegment rest = buffer.asSlice(total);
      long result =
          retry(
              task,
              socket,
              flags,
              false,
              () -> {
                received[0] = HostSockets.receive(host, rest, passed);
                return received[0].result();
              });
      if (result < 0) {
        if (total > 0) {
          received[0] = new Addressed(total, new byte[0]);
          return total;
        }
        return result;
      }
      total += result;
      if (!all || result == 0 || total >= buffer.byteSize() || !waits(socket, flags)) {
        return total;
      }
    }
  }

  /** The buffers of a struct iovec array; null when Linux refuses their number or length. */
  private static MemorySegment[] vector(Task task, long vector, long count, boolean writable) {
    if (count < 0 || count > VECTOR_LIMIT) {
      return null;
    }
    GuestMemory memory = task.memory();
    MemorySegment[] segments = new MemorySegment[(int) count];
    for (int i = 0; i < count; i++) {
      long entry = vector + 2L * memory.pointerSize() * i;
      long base = memory.pointer(entry);
      long length = memory.getLong(entry + memory.pointerSize());
      if (length < 0) {
        return null;
      }
      segments[i] = writable ? memory.writable(base, length) : memory.readable(base, length);
    }
    return segments;
  }

  /** sendmsg. */
  static long sendMessage(Task task, long fd, long header, long flags) {
    GuestMemory memory = task.memory();
    long address = memory.getLong(header);
    byte[] guest =
        address == 0
            ? null
            : SocketCalls.address(task, address, Math.min(memory.getInt(header + 8), 128));
    MemorySegment[] data =
        vector(task, memory.getLong(header + 16), memory.getLong(header + 24), false);
    long controlAddress = memory.getLong(header + 32);
    long controlLength = controlAddress == 0 ? 0 : memory.getLong(header + 40);
    if (data == null || address != 0 && guest == null) {
      return Errno.EINVAL;
    }
    if (controlLength < 0 || controlLength > ControlMessages.LIMIT) {
      return Errno.ENOBUFS;
    }
    byte[] control = memory.getBytes(controlAddress, (int) controlLength);
    return SocketCalls.with(task, fd, s -> sendMessage(task, s, guest, data, control, flags));
  }

  private static long sendMessage(
      Task task,
      SocketFile socket,
      byte[] guest,
      MemorySegment[] data,
      byte[] control,
      long flags) {
    try (SocketPaths paths = new SocketPaths(task);
        ControlMessages.Outgoing outgoing = ControlMessages.toHost(task, control)) {
      if (outgoing.error() != 0) {
        return outgoing.error();
      }
      byte[] to = null;
      if (guest != null && guest.length > 0 && socket.type() != STREAM) {
        Translated peer = Sockets.peer(socket, guest, SocketCalls.names(task), paths::forPeer);
        if (peer.error() != 0) {
          return peer.error();
        }
        to = peer.address();
      }
      Message message = new Message(to, data, outgoing.control());
      int host = socket.hostDescriptor();
      int passed = (int) flags & PASSED;
      long result =
          retry(task, socket, flags, true, () -> HostSockets.sendMessage(host, message, passed));
      if (result < 0) {
        return quiet(result, flags);
      }
      return socket.type() == STREAM && waits(socket, flags)
          ? sendRest(task, socket, data, result, flags)
          : result;
    }
  }

  /** Sends what a stream did not take at once. */
  private static long sendRest(
      Task task, SocketFile socket, MemorySegment[] data, long sent, long flags) {
    long before = 0;
    long total = sent;
    for (MemorySegment segment : data) {
      long skip = Math.clamp(total - before, 0, segment.byteSize());
      before += segment.byteSize();
      if (skip == segment.byteSize()) {
        continue;
      }
      long result = send(task, socket, segment.asSlice(skip), flags, null);
      if (result < 0) {
        break;
      }
      total += result;
      if (total < before) {
        break;
      }
    }
    return total;
  }

  /** recvmsg. */
  static long receiveMessage(Task task, long fd, long header, long flags) {
    GuestMemory memory = task.memory();
    MemorySegment[] data =
        vector(task, memory.getLong(header + 16), memory.getLong(header + 24), true);
    if (data == null) {
      return Errno.EINVAL;
    }
    long controlAddress = memory.getLong(header + 32);
    long room = controlAddress == 0 ? 0 : memory.getLong(header + 40);
    if (room < 0) {
      return Errno.ENOBUFS;
    }
    if (room > 0) {
      memory.requireWritable(controlAddress, room);
    }
    int used = (int) Math.min(room, ControlMessages.LIMIT);
    Message message = new Message(null, data, new byte[ControlMessages.CREDENTIALS_SPACE + used]);
    return SocketCalls.with(
        task, fd, s -> receiveMessage(task, s, header, message, flags, controlAddress));
  }

  private static long receiveMessage(
      Task task, SocketFile socket, long header, Message message, long flags, long controlAddress) {
    Received[] received = new Received[1];
    int host = socket.hostDescriptor();
    int passed = (int) flags & PASSED;
    long result =
        retry(
            task,
            socket,
            flags,
            false,
            () -> {
              received[0] = HostSockets.receiveMessage(host, message, passed);
              return received[0].result();
            });
    if (result < 0) {
      return result;
    }
    GuestMemory memory = task.memory();
    memory.received(result);
    long name = memory.getLong(header);
    if (name != 0) {
      byte[] sender = Sockets.sender(received[0].address(), SocketCalls.names(task));
      SocketCalls.putAddress(task, sender, name, header + 8);
    }
    boolean[] truncated = {false};
    byte[] control =
        ControlMessages.toGuest(
            task, received[0].control(), (flags & MSG_CMSG_CLOEXEC) != 0, truncated);
    int room = message.control().length - ControlMessages.CREDENTIALS_SPACE;
    int kept = Math.min(control.length, room);
    memory.putBytes(controlAddress, control, 0, kept);
    memory.putLong(header + 40, kept);
    int shown = received[0].flags() & ~MSG_CMSG_CLOEXEC | (truncated[0] ? MSG_CTRUNC : 0);
    memory.putInt(header + 48, shown | (int) flags & MSG_CMSG_CLOEXEC);
    return result;
  }
}
