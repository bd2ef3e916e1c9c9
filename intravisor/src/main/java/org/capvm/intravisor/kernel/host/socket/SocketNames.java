package org.capvm.intravisor.kernel.host.socket;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names of Unix sockets of one cVM. On the host a path goes through the handle of its folder, and
 * an abstract name has a prefix of the cVM: guests neither reach host sockets nor each other's.
 */
public final class SocketNames {
  /** Bytes of sa_family, which is all there is of an address without a name. */
  static final int FAMILY_SIZE = 2;

  /** Longest sun_path, with room for a NUL behind paths. */
  static final int PATH_LIMIT = 108;

  private final byte[] prefix;
  private final Map<String, byte[]> guestPaths = new ConcurrentHashMap<>();
  private final AtomicInteger automatic = new AtomicInteger();

  /**
   * @param id tells this cVM from all others of the host, up to 16 characters
   */
  public SocketNames(String id) {
    this.prefix = ("\0cvm" + id + "/").getBytes(StandardCharsets.US_ASCII);
  }

  /** A host address for an abstract guest name (without its leading NUL); null when too long. */
  byte[] abstractAddress(byte[] name) {
    if (prefix.length + name.length > PATH_LIMIT) {
      return null;
    }
    byte[] address = new byte[FAMILY_SIZE + prefix.length + name.length];
    address[0] = Families.UNIX;
    System.arraycopy(prefix, 0, address, FAMILY_SIZE, prefix.length);
    System.arraycopy(name, 0, address, FAMILY_SIZE + prefix.length, name.length);
    return address;
  }

  /** A host address with a name that no socket of the cVM has, as bind makes up without a name. */
  byte[] automaticAddress() {
    String name = "%05x".formatted(automatic.getAndIncrement());
    return abstractAddress(name.getBytes(StandardCharsets.US_ASCII));
  }

  /** A host address for a path, null when it is too long. */
  static byte[] pathAddress(String hostPath) {
    byte[] path = hostPath.getBytes(StandardCharsets.ISO_8859_1);
    if (path.length >= PATH_LIMIT) {
      return null;
    }
    byte[] address = new byte[FAMILY_SIZE + path.length + 1];
    address[0] = Families.UNIX;
    System.arraycopy(path, 0, address, FAMILY_SIZE, path.length);
    return address;
  }

  /** Remembers which guest path a socket was bound to under a host address. */
  void remember(byte[] hostAddress, byte[] guestPath) {
    guestPaths.put(key(hostAddress), guestPath);
  }

  private static String key(byte[] address) {
    int end = FAMILY_SIZE;
    while (end < address.length && address[end] != 0) {
      end++;
    }
    return new String(address, FAMILY_SIZE, end - FAMILY_SIZE, StandardCharsets.ISO_8859_1);
  }

  /** The guest's form of a host address; names from outside the cVM have none. */
  byte[] toGuest(byte[] host) {
    byte[] unnamed = {Families.UNIX, 0};
    if (host.length <= FAMILY_SIZE) {
      return unnamed;
    }
    if (host[FAMILY_SIZE] != 0) {
      byte[] path = guestPaths.get(key(host));
      if (path == null) {
        return unnamed;
      }
      byte[] address = new byte[FAMILY_SIZE + path.length + 1];
      address[0] = Families.UNIX;
      System.arraycopy(path, 0, address, FAMILY_SIZE, path.length);
      return address;
    }
    int nameStart = FAMILY_SIZE + prefix.length;
    for (int i = 0; i < prefix.length; i++) {
      if (host.length < nameStart || host[FAMILY_SIZE + i] != prefix[i]) {
        return unnamed;
      }
    }
    byte[] address = new byte[FAMILY_SIZE + 1 + host.length - nameStart];
    address[0] = Families.UNIX;
    System.arraycopy(host, nameStart, address, FAMILY_SIZE + 1, host.length - nameStart);
    return address;
  }
}
