package org.capvm.intravisor.kernel.host.socket;

import java.util.Arrays;

/**
 * Internet addresses of guests (struct sockaddr_in and sockaddr_in6, the same bytes on every host).
 *
 * <p>The only network of a cVM is the host's loopback: the unspecified address means loopback, and
 * others cannot be reached.
 */
final class InternetAddress {
  static final int SIZE = 16;
  static final int SIZE6 = 28;

  private static final int ADDRESS = 4;
  private static final int ADDRESS6 = 8;
  private static final int MAPPED = ADDRESS6 + 12;

  private InternetAddress() {}

  /** Whether the length suits the family. */
  static boolean isComplete(byte[] address, int family) {
    return address.length >= (family == Families.INET ? SIZE : SIZE6);
  }

  /** Whether this is the address that stands for all of the host's. */
  static boolean isUnspecified(byte[] address) {
    if (address[0] == Families.INET) {
      return isZero(address, ADDRESS, 4);
    }
    return isZero(address, ADDRESS6, 16) || isMapped(address) && isZero(address, MAPPED, 4);
  }

  /** Whether this is an address of the loopback network. */
  static boolean isLoopback(byte[] address) {
    if (address[0] == Families.INET) {
      return address[ADDRESS] == 127;
    }
    if (isMapped(address)) {
      return address[MAPPED] == 127;
    }
    return isZero(address, ADDRESS6, 15) && address[ADDRESS6 + 15] == 1;
  }

  private static boolean isMapped(byte[] address) {
    return isZero(address, ADDRESS6, 10)
        && address[ADDRESS6 + 10] == -1
        && address[ADDRESS6 + 11] == -1;
  }

  private static boolean isZero(byte[] bytes, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The loopback address of the same family and port. */
  static byte[] toLoopback(byte[] address) {
    byte[] loopback = address.clone();
    if (address[0] == Families.INET) {
      loopback[ADDRESS] = 127;
      loopback[ADDRESS + 3] = 1;
    } else if (isMapped(address)) {
      loopback[MAPPED] = 127;
      loopback[MAPPED + 3] = 1;
    } else {
      loopback[ADDRESS6 + 15] = 1;
    }
    return loopback;
  }

  /** The unspecified address of the same family and port. */
  static byte[] toUnspecified(byte[] address) {
    byte[] unspecified = address.clone();
    if (address[0] == Families.INET) {
      Arrays.fill(unspecified, ADDRESS, ADDRESS + 4, (byte) 0);
    } else {
      Arrays.fill(unspecified, ADDRESS6, ADDRESS6 + 16, (byte) 0);
    }
    return unspecified;
  }

  /** Loopback with a port that the host chooses. */
  static byte[] anyPort(int family) {
    byte[] address = new byte[family == Families.INET ? SIZE : SIZE6];
    address[0] = (byte) family;
    return toLoopback(address);
  }
}
