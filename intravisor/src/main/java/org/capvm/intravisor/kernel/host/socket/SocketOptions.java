package org.capvm.intravisor.kernel.host.socket;

import java.util.Arrays;
import java.util.Set;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.HostSockets;

/**
 * Socket options. Only those whose values are plain numbers reach the host: others hold pointers
 * (filters), name host interfaces, or show host processes.
 */
public final class SocketOptions {
  public static final int SOL_SOCKET = 1;
  public static final int SO_PASSCRED = 16;
  public static final int SO_PEERCRED = 17;
  public static final int SO_RCVTIMEO = 20;
  public static final int SO_SNDTIMEO = 21;

  private static final int SO_LINGER = 13;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_IPV6 = 41;

  /** Longest value in bytes that is passed on. */
  private static final int VALUE_LIMIT = 256;

  /**
   * SO_REUSEADDR, DONTROUTE, BROADCAST, SNDBUF, RCVBUF, KEEPALIVE, OOBINLINE, PRIORITY, REUSEPORT,
   * RCVLOWAT.
   */
  private static final Set<Integer> SOCKET_SET = Set.of(2, 5, 6, 7, 8, 9, 10, 12, 15, 18);

  /** Besides those: SO_TYPE, ERROR, LINGER, SNDLOWAT, ACCEPTCONN, PROTOCOL, DOMAIN. */
  private static final Set<Integer> SOCKET_GET = Set.of(3, 4, 13, 19, 30, 38, 39);

  /** TCP_NODELAY to TCP_WINDOW_CLAMP, QUICKACK, USER_TIMEOUT, FASTOPEN. */
  private static final Set<Integer> TCP_SET = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 18, 23);

  /** Besides those: TCP_INFO, CONGESTION. */
  private static final Set<Integer> TCP_GET = Set.of(11, 13);

  /** IP_TOS, TTL, MTU_DISCOVER, RECVERR. */
  private static final Set<Integer> IP = Set.of(1, 2, 10, 11);

  /** IPV6_UNICAST_HOPS, V6ONLY, RECVERR, TCLASS. */
  private static final Set<Integer> IPV6 = Set.of(16, 25, 26, 67);

  private SocketOptions() {}

  private static boolean settable(int level, int name) {
    return switch (level) {
      case SOL_SOCKET -> SOCKET_SET.contains(name);
      case IPPROTO_TCP -> TCP_SET.contains(name);
      case IPPROTO_IP -> IP.contains(name);
      case IPPROTO_IPV6 -> IPV6.contains(name);
      default -> false;
    };
  }

  private static boolean gettable(int level, int name) {
    return settable(level, name)
        || level == SOL_SOCKET && SOCKET_GET.contains(name)
        || level == IPPROTO_TCP && TCP_GET.contains(name);
  }

  /** Sets an option that the socket or the host knows. */
  public static long set(SocketFile socket, int level, int name, byte[] value) {
    if (level == SOL_SOCKET && name == SO_LINGER) {
      return setLinger(socket, value);
    }
    if (level == SOL_SOCKET && name == SO_PASSCRED) {
      // Credentials are never passed: they would be the host's.
      return value.length < 4 ? Errno.EINVAL : 0;
    }
    if (!settable(level, name)) {
      return Errno.ENOPROTOOPT;
    }
    byte[] passed = value.length > VALUE_LIMIT ? Arrays.copyOf(value, VALUE_LIMIT) : value;
    return HostSockets.setOption(socket.hostDescriptor(), level, name, passed);
  }

  /**
   * Only lingering for no time, which resets connections, reaches the host: otherwise closing could
   * hold up a guest thread where nothing ends its wait.
   */
  private static long setLinger(SocketFile socket, byte[] value) {
    if (value.length < 8) {
      return Errno.EINVAL;
    }
    boolean waits = value[4] != 0 || value[5] != 0 || value[6] != 0 || value[7] != 0;
    byte[] passed = waits ? new byte[8] : Arrays.copyOf(value, 8);
    return HostSockets.setOption(socket.hostDescriptor(), SOL_SOCKET, SO_LINGER, passed);
  }

  /**
   * Reads an option of the host.
   *
   * @param limit room for the value in bytes
   * @param error gets a negative error when the result is null
   */
  public static byte[] get(SocketFile socket, int level, int name, int limit, long[] error) {
    if (!gettable(level, name)) {
      error[0] = Errno.ENOPROTOOPT;
      return null;
    }
    return HostSockets.option(
        socket.hostDescriptor(), level, name, Math.min(limit, VALUE_LIMIT), error);
  }
}
