package org.capvm.intravisor.kernel.host.socket;

/** Address families and socket types that guests can use. */
final class Families {
  static final int UNSPECIFIED = 0;
  static final int UNIX = 1;
  static final int INET = 2;
  static final int INET6 = 10;

  static final int STREAM = 1;
  static final int DATAGRAM = 2;
  static final int SEQUENCED = 5;

  private Families() {}

  static boolean isInternet(int family) {
    return family == INET || family == INET6;
  }
}
