package org.capvm.intravisor.kernel.host.socket;

import java.util.function.Function;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.HostSockets;
import org.capvm.intravisor.kernel.host.os.HostSockets.Addressed;
import org.capvm.intravisor.kernel.host.socket.SocketAddresses.HostPath;
import org.capvm.intravisor.kernel.host.socket.SocketAddresses.Translated;

/** Operations on sockets with guest addresses. None waits: what would have to returns EAGAIN. */
public final class Sockets {
  private static final int TYPE_MASK = 0xf;
  private static final int PROTOCOL_TCP = 6;
  private static final int PROTOCOL_UDP = 17;

  private Sockets() {}

  /** Why a socket of this kind is not offered, or 0. */
  public static long refusal(int family, int type, int protocol) {
    int kind = type & TYPE_MASK;
    if ((type & ~(TYPE_MASK | HostSockets.SOCK_NONBLOCK | HostSockets.SOCK_CLOEXEC)) != 0) {
      return Errno.EINVAL;
    }
    return switch (family) {
      case Families.UNIX -> protocol == 0 || protocol == Families.UNIX ? 0 : Errno.EPROTONOSUPPORT;
      case Families.INET, Families.INET6 ->
          switch (kind) {
            case Families.STREAM ->
                protocol == 0 || protocol == PROTOCOL_TCP ? 0 : Errno.EPROTONOSUPPORT;
            case Families.DATAGRAM ->
                protocol == 0 || protocol == PROTOCOL_UDP ? 0 : Errno.EPROTONOSUPPORT;
            case 3 -> Errno.EPERM;
            default -> Errno.ESOCKTNOSUPPORT;
          };
      default -> Errno.EAFNOSUPPORT;
    };
  }

  /**
   * The socket for a new host descriptor. The host is to tell who sent each message, by which
   * descriptors from outside are known.
   */
  public static SocketFile wrap(long descriptor, int family, int type) {
    if (family == Families.UNIX) {
      byte[] on = {1, 0, 0, 0};
      HostSockets.setOption(
          (int) descriptor, SocketOptions.SOL_SOCKET, SocketOptions.SO_PASSCRED, on);
    }
    return new SocketFile(
        (int) descriptor, family, type & TYPE_MASK, (type & HostSockets.SOCK_NONBLOCK) != 0);
  }

  /** Binds to a guest address. */
  public static long bind(
      SocketFile socket, byte[] guest, SocketNames names, Function<byte[], HostPath> paths) {
    Translated to = SocketAddresses.forBind(socket, guest, names, paths);
    if (to.error() != 0) {
      return to.error();
    }
    boolean all = Families.isInternet(socket.family()) && InternetAddress.isUnspecified(guest);
    long error = socket.bind(to.address(), all);
    if (error == 0 && to.guestPath() != null) {
      names.remember(to.address(), to.guestPath());
    }
    return error;
  }

  public static long listen(SocketFile socket, int backlog) {
    socket.bindImplicitly();
    return HostSockets.listen(socket.hostDescriptor(), backlog);
  }

  /** The host form of the address of another socket, for {@link #connect} and sending. */
  public static Translated peer(
      SocketFile socket, byte[] guest, SocketNames names, Function<byte[], HostPath> paths) {
    if (socket.type() == Families.DATAGRAM) {
      socket.bindImplicitly();
    }
    return SocketAddresses.forPeer(socket, guest, names, paths);
  }

  public static long connect(SocketFile socket, Translated peer) {
    return peer.error() != 0
        ? peer.error()
        : HostSockets.connect(socket.hostDescriptor(), peer.address());
  }

  /** The guest's form of an address that the host gave. */
  public static byte[] toGuest(byte[] host, SocketNames names) {
    return SocketAddresses.toGuest(host, names);
  }

  /**
   * The guest's form of the address of a message's sender: empty for one that has no name, or one
   * from outside the cVM.
   */
  public static byte[] sender(byte[] host, SocketNames names) {
    byte[] guest = host.length == 0 ? host : toGuest(host, names);
    return guest.length <= SocketNames.FAMILY_SIZE ? new byte[0] : guest;
  }

  /** getsockname or getpeername. */
  public static Addressed name(SocketFile socket, boolean peer, SocketNames names) {
    Addressed host = HostSockets.name(socket.hostDescriptor(), peer);
    byte[] guest = SocketAddresses.toGuest(host.address(), names);
    if (!peer && socket.boundToAll() && guest.length >= InternetAddress.SIZE) {
      guest = InternetAddress.toUnspecified(guest);
    }
    return new Addressed(host.result(), guest);
  }
}
