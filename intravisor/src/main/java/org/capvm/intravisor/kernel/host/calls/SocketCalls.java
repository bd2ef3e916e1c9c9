package org.capvm.intravisor.kernel.host.calls;

import java.util.function.ToLongFunction;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostSockets;
import org.capvm.intravisor.kernel.host.os.HostSockets.Addressed;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.socket.SocketAddresses.Translated;
import org.capvm.intravisor.kernel.host.socket.SocketFile;
import org.capvm.intravisor.kernel.host.socket.SocketNames;
import org.capvm.intravisor.kernel.host.socket.Sockets;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls that make, name and connect sockets. */
public final class SocketCalls {
  /** How often a connection is tried that the host refuses because of a full queue. */
  private static final long QUEUE_RETRY = 1_000_000;

  private SocketCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(198, "socket", SocketCalls::socket, Argument.INT, Argument.HEX, Argument.INT);
    table.add(
        199,
        "socketpair",
        SocketCalls::pair,
        Argument.INT,
        Argument.HEX,
        Argument.INT,
        Argument.out(8));
    table.add(200, "bind", SocketCalls::bind, Argument.FD, Argument.ADDRESS, Argument.INT);
    table.add(201, "listen", SocketCalls::listen, Argument.FD, Argument.INT);
    table.add(
        202,
        "accept",
        (t, fd, address, length) -> accept(t, fd, address, length, 0),
        Argument.FD,
        Argument.ADDRESS,
        Argument.ADDRESS);
    table.add(203, "connect", SocketCalls::connect, Argument.FD, Argument.ADDRESS, Argument.INT);
    table.add(
        204,
        "getsockname",
        (t, fd, address, length) -> name(t, fd, address, length, false),
        Argument.FD,
        Argument.ADDRESS,
        Argument.ADDRESS);
    table.add(
        205,
        "getpeername",
        (t, fd, address, length) -> name(t, fd, address, length, true),
        Argument.FD,
        Argument.ADDRESS,
        Argument.ADDRESS);
    table.add(
        210,
        "shutdown",
        (t, fd, how) -> t.process().descriptors().with(fd, file -> file.shutDown((int) how)),
        Argument.FD,
        Argument.INT);
    table.add(
        242,
        "accept4",
        SocketCalls::accept,
        Argument.FD,
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.HEX);
  }

  /** Runs a call on the socket of a descriptor; EBADF or ENOTSOCK without one. */
  static long with(Task task, long fd, ToLongFunction<SocketFile> use) {
    return task.process()
        .descriptors()
        .with(fd, file -> file instanceof SocketFile s ? use.applyAsLong(s) : Errno.ENOTSOCK);
  }

  static SocketNames names(Task task) {
    return task.process().table().socketNames();
  }

  /** Reads a socket address; null when its length is out of range. */
  static byte[] address(Task task, long address, long length) {
    return length < 0 || length > HostSockets.ADDRESS_LIMIT
        ? null
        : task.memory().getBytes(address, (int) length);
  }

  /** Stores as much of an address as there is room for, and its whole length. */
  static void putAddress(Task task, byte[] bytes, long address, long lengthAddress) {
    GuestMemory memory = task.memory();
    if (address != 0) {
      int room = Math.max(0, memory.getInt(lengthAddress));
      memory.putBytes(address, bytes, 0, Math.min(room, bytes.length));
      memory.putInt(lengthAddress, bytes.length);
    }
  }

  private static long add(Task task, OpenFile file, long type) {
    return task.process().descriptors().add(file, (type & HostSockets.SOCK_CLOEXEC) != 0);
  }

  private static long socket(Task task, long family, long type, long protocol) {
    long refusal = Sockets.refusal((int) family, (int) type, (int) protocol);
    if (refusal != 0) {
      return refusal;
    }
    long host = HostSockets.socket((int) family, (int) type, (int) protocol);
    return host < 0 ? host : add(task, Sockets.wrap(host, (int) family, (int) type), type);
  }

  private static long pair(Task task, long family, long type, long protocol, long result) {
    long refusal = Sockets.refusal((int) family, (int) type, (int) protocol);
    if (refusal != 0) {
      return refusal;
    }
    int[] host = new int[2];
    long error = HostSockets.pair((int) family, (int) type, (int) protocol, host);
    if (error < 0) {
      return error;
    }
    OpenFile first = Sockets.wrap(host[0], (int) family, (int) type);
    OpenFile second = Sockets.wrap(host[1], (int) family, (int) type);
    return EventCalls.addPair(task, first, second, (type & HostSockets.SOCK_CLOEXEC) != 0, result);
  }

  private static long bind(Task task, long fd, long address, long length) {
    byte[] guest = address(task, address, length);
    if (guest == null) {
      return Errno.EINVAL;
    }
    try (SocketPaths paths = new SocketPaths(task)) {
      return with(task, fd, s -> Sockets.bind(s, guest, names(task), paths::forBind));
    }
  }

  private static long listen(Task task, long fd, long backlog) {
    return with(task, fd, s -> Sockets.listen(s, (int) backlog));
  }

  private static long accept(Task task, long fd, long address, long length, long flags) {
    if ((flags & ~(HostSockets.SOCK_CLOEXEC | HostSockets.SOCK_NONBLOCK)) != 0) {
      return Errno.EINVAL;
    }
    if (address != 0 && task.memory().getInt(length) < 0) {
      return Errno.EINVAL;
    }
    return with(task, fd, s -> accept(task, s, address, length, (int) flags));
  }

  private static long accept(
      Task task, SocketFile listening, long address, long length, int flags) {
    Addressed[] accepted = new Addressed[1];
    int host = listening.hostDescriptor();
    long result =
        listening.isNonblocking()
            ? acceptOnce(host, accepted)
            : Waiting.retry(
                task,
                host,
                Host.POLLIN,
                listening.receiveTimeout(),
                () -> acceptOnce(host, accepted));
    if (result < 0) {
      return result;
    }
    SocketFile connection = Sockets.wrap(result, listening.family(), listening.type() | flags);
    long descriptor = add(task, connection, flags);
    if (descriptor >= 0) {
      byte[] peer = Sockets.toGuest(accepted[0].address(), names(task));
      putAddress(task, peer, address, length);
    }
    return descriptor;
  }

  private static long acceptOnce(int host, Addressed[] accepted) {
    accepted[0] = HostSockets.accept(host);
    return accepted[0].result();
  }

  private static long connect(Task task, long fd, long address, long length) {
    byte[] guest = address(task, address, length);
    return guest == null ? Errno.EINVAL : with(task, fd, s -> connect(task, s, guest));
  }

  private static long connect(Task task, SocketFile socket, byte[] guest) {
    try (SocketPaths paths = new SocketPaths(task)) {
      Translated peer = Sockets.peer(socket, guest, names(task), paths::forPeer);
      long result = Sockets.connect(socket, peer);
      if (socket.isNonblocking()) {
        return result;
      }
      if (result == Errno.EAGAIN) {
        return connectWhenQueued(task, socket, peer);
      }
      if (result != Errno.EINPROGRESS && result != Errno.EALREADY) {
        return result;
      }
      long ready = task.await(socket.hostDescriptor(), Host.POLLOUT, socket.sendTimeout());
      if (ready < 0) {
        return ready;
      }
      return ready == 0 ? Errno.EINPROGRESS : Sockets.connect(socket, peer);
    }
  }

  /** A Unix socket whose listener's queue is full: nothing tells when there is room again. */
  private static long connectWhenQueued(Task task, SocketFile socket, Translated peer) {
    while (true) {
      if (task.signals().interrupted()) {
        return Errno.RESTART;
      }
      task.waker().park(System.nanoTime() + QUEUE_RETRY);
      long result = Sockets.connect(socket, peer);
      if (result != Errno.EAGAIN) {
        return result;
      }
    }
  }

  private static long name(Task task, long fd, long address, long length, boolean peer) {
    if (task.memory().getInt(length) < 0) {
      return Errno.EINVAL;
    }
    return with(
        task,
        fd,
        s -> {
          Addressed name = Sockets.name(s, peer, names(task));
          if (name.result() == 0) {
            putAddress(task, name.address(), address, length);
          }
          return name.result();
        });
  }
}
