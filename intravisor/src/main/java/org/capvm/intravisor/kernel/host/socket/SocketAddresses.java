package org.capvm.intravisor.kernel.host.socket;

import java.util.Arrays;
import java.util.function.Function;
import org.capvm.intravisor.kernel.host.abi.Errno;

/**
 * Translates socket addresses between guest and host, and refuses those that lead out of the cVM.
 */
public final class SocketAddresses {
  private SocketAddresses() {}

  /**
   * A host address, or why there is none.
   *
   * @param guestPath the path that it stands for, or null
   */
  public record Translated(byte[] address, long error, byte[] guestPath) {
    static Translated failed(long error) {
      return new Translated(null, error, null);
    }

    static Translated of(byte[] address) {
      return address == null ? failed(Errno.EINVAL) : new Translated(address, 0, null);
    }
  }

  /** A path's place on the host: a host path that leads there through handles, or an error. */
  public record HostPath(String path, long error) {}

  private static int family(byte[] address) {
    return address.length < 2 ? -1 : address[0] & 0xff | (address[1] & 0xff) << 8;
  }

  /**
   * The host address to bind to.
   *
   * @param paths finds the place of a guest path
   */
  static Translated forBind(
      SocketFile socket, byte[] guest, SocketNames names, Function<byte[], HostPath> paths) {
    int family = family(guest);
    if (family != socket.family()) {
      return Translated.failed(
          Families.isInternet(socket.family()) ? Errno.EAFNOSUPPORT : Errno.EINVAL);
    }
    if (family == Families.UNIX) {
      return unix(guest, names, paths, true);
    }
    if (!InternetAddress.isComplete(guest, family)) {
      return Translated.failed(Errno.EINVAL);
    }
    if (InternetAddress.isUnspecified(guest)) {
      return Translated.of(InternetAddress.toLoopback(guest));
    }
    return InternetAddress.isLoopback(guest)
        ? Translated.of(guest)
        : Translated.failed(Errno.EADDRNOTAVAIL);
  }

  /** The host address to connect or send to. */
  static Translated forPeer(
      SocketFile socket, byte[] guest, SocketNames names, Function<byte[], HostPath> paths) {
    int family = family(guest);
    if (family == Families.UNSPECIFIED && socket.family() != Families.UNIX) {
      return Translated.of(new byte[InternetAddress.SIZE]);
    }
    if (family != socket.family()) {
      return Translated.failed(
          Families.isInternet(socket.family()) ? Errno.EAFNOSUPPORT : Errno.EINVAL);
    }
    if (family == Families.UNIX) {
      return unix(guest, names, paths, false);
    }
    if (!InternetAddress.isComplete(guest, family)) {
      return Translated.failed(Errno.EINVAL);
    }
    if (InternetAddress.isUnspecified(guest)) {
      return Translated.of(InternetAddress.toLoopback(guest));
    }
    return InternetAddress.isLoopback(guest)
        ? Translated.of(guest)
        : Translated.failed(Errno.ENETUNREACH);
  }

  private static Translated unix(
      byte[] guest, SocketNames names, Function<byte[], HostPath> paths, boolean bind) {
    if (guest.length > 2 + SocketNames.PATH_LIMIT) {
      return Translated.failed(Errno.EINVAL);
    }
    if (guest.length == 2) {
      return bind ? Translated.of(names.automaticAddress()) : Translated.failed(Errno.EINVAL);
    }
    if (guest[2] == 0) {
      return Translated.of(names.abstractAddress(Arrays.copyOfRange(guest, 3, guest.length)));
    }
    int end = 2;
    while (end < guest.length && guest[end] != 0) {
      end++;
    }
    byte[] path = Arrays.copyOfRange(guest, 2, end);
    HostPath place = paths.apply(path);
    if (place.error() != 0) {
      return Translated.failed(place.error());
    }
    byte[] address = SocketNames.pathAddress(place.path());
    return address == null
        ? Translated.failed(Errno.ENAMETOOLONG)
        : new Translated(address, 0, path);
  }

  /** What the guest sees of a host address; empty stays empty. */
  static byte[] toGuest(byte[] host, SocketNames names) {
    return family(host) == Families.UNIX ? names.toGuest(host) : host;
  }
}
