package org.capvm.intravisor.kernel.host.abi;

/**
 * Error numbers as system calls return them: negative.
 *
 * <p>riscv64 uses Linux's generic numbers, as do x86-64 and aarch64, so results of the host's calls
 * need no translation.
 */
public final class Errno {
  public static final long EPERM = -1;
  public static final long ENOENT = -2;
  public static final long ESRCH = -3;
  public static final long EINTR = -4;
  public static final long EIO = -5;
  public static final long ENXIO = -6;
  public static final long E2BIG = -7;
  public static final long ENOEXEC = -8;
  public static final long EBADF = -9;
  public static final long ECHILD = -10;
  public static final long EAGAIN = -11;
  public static final long ENOMEM = -12;
  public static final long EACCES = -13;
  public static final long EFAULT = -14;
  public static final long EBUSY = -16;
  public static final long EEXIST = -17;
  public static final long EXDEV = -18;
  public static final long ENODEV = -19;
  public static final long ENOTDIR = -20;
  public static final long EISDIR = -21;
  public static final long EINVAL = -22;
  public static final long ENFILE = -23;
  public static final long EMFILE = -24;
  public static final long ENOTTY = -25;
  public static final long EFBIG = -27;
  public static final long ENOSPC = -28;
  public static final long ESPIPE = -29;
  public static final long EROFS = -30;
  public static final long EMLINK = -31;
  public static final long EPIPE = -32;
  public static final long EDOM = -33;
  public static final long ERANGE = -34;
  public static final long EDEADLK = -35;
  public static final long ENAMETOOLONG = -36;
  public static final long ENOSYS = -38;
  public static final long ENOTEMPTY = -39;
  public static final long ELOOP = -40;
  public static final long ENODATA = -61;
  public static final long EOVERFLOW = -75;
  public static final long EUSERS = -87;
  public static final long ENOTSOCK = -88;
  public static final long EDESTADDRREQ = -89;
  public static final long EMSGSIZE = -90;
  public static final long EPROTOTYPE = -91;
  public static final long ENOPROTOOPT = -92;
  public static final long EPROTONOSUPPORT = -93;
  public static final long ESOCKTNOSUPPORT = -94;
  public static final long EOPNOTSUPP = -95;
  public static final long EPFNOSUPPORT = -96;
  public static final long EAFNOSUPPORT = -97;
  public static final long EADDRINUSE = -98;
  public static final long EADDRNOTAVAIL = -99;
  public static final long ENETDOWN = -100;
  public static final long ENETUNREACH = -101;
  public static final long ECONNABORTED = -103;
  public static final long ECONNRESET = -104;
  public static final long ENOBUFS = -105;
  public static final long EISCONN = -106;
  public static final long ENOTCONN = -107;
  public static final long ETIMEDOUT = -110;
  public static final long ECONNREFUSED = -111;
  public static final long EHOSTUNREACH = -113;
  public static final long EALREADY = -114;
  public static final long EINPROGRESS = -115;
  public static final long ESTALE = -116;
  public static final long ECANCELED = -125;
  public static final long EOWNERDEAD = -130;
  public static final long ENOTRECOVERABLE = -131;

  /**
   * Internal: the call was interrupted before it did anything. It is executed again after signals
   * were delivered, unless a handler without SA_RESTART ran: then it returns {@link #EINTR}.
   */
  public static final long RESTART = -512;

  /** Internal: as {@link #RESTART}, but any handler that runs makes the call return EINTR. */
  public static final long RESTART_NO_HANDLER = -514;

  /** Not an error: the call is executed again, also after a handler ran (ERESTARTNOINTR). */
  public static final long RESTART_ALWAYS = -513;

  /** Internal: {@link #EPIPE} without the signal SIGPIPE. */
  public static final long EPIPE_WITHOUT_SIGNAL = -4000;

  private static final long LOWEST = -4095;

  private Errno() {}

  /** Whether a result is an error. */
  public static boolean isError(long result) {
    return result < 0 && result >= LOWEST;
  }

  /** The symbolic name of an error result, as strace prints it. */
  public static String name(long result) {
    return switch ((int) -result) {
      case 1 -> "EPERM";
      case 2 -> "ENOENT";
      case 3 -> "ESRCH";
      case 4 -> "EINTR";
      case 5 -> "EIO";
      case 6 -> "ENXIO";
      case 7 -> "E2BIG";
      case 8 -> "ENOEXEC";
      case 9 -> "EBADF";
      case 10 -> "ECHILD";
      case 11 -> "EAGAIN";
      case 12 -> "ENOMEM";
      case 13 -> "EACCES";
      case 14 -> "EFAULT";
      case 16 -> "EBUSY";
      case 17 -> "EEXIST";
      case 18 -> "EXDEV";
      case 19 -> "ENODEV";
      case 20 -> "ENOTDIR";
      case 21 -> "EISDIR";
      case 22 -> "EINVAL";
      case 23 -> "ENFILE";
      case 24 -> "EMFILE";
      case 25 -> "ENOTTY";
      case 27 -> "EFBIG";
      case 28 -> "ENOSPC";
      case 29 -> "ESPIPE";
      case 30 -> "EROFS";
      case 31 -> "EMLINK";
      case 32 -> "EPIPE";
      case 33 -> "EDOM";
      case 34 -> "ERANGE";
      case 35 -> "EDEADLK";
      case 36 -> "ENAMETOOLONG";
      case 38 -> "ENOSYS";
      case 39 -> "ENOTEMPTY";
      case 40 -> "ELOOP";
      case 61 -> "ENODATA";
      case 75 -> "EOVERFLOW";
      case 87 -> "EUSERS";
      case 88 -> "ENOTSOCK";
      case 89 -> "EDESTADDRREQ";
      case 90 -> "EMSGSIZE";
      case 91 -> "EPROTOTYPE";
      case 92 -> "ENOPROTOOPT";
      case 93 -> "EPROTONOSUPPORT";
      case 94 -> "ESOCKTNOSUPPORT";
      case 95 -> "EOPNOTSUPP";
      case 96 -> "EPFNOSUPPORT";
      case 97 -> "EAFNOSUPPORT";
      case 98 -> "EADDRINUSE";
      case 99 -> "EADDRNOTAVAIL";
      case 100 -> "ENETDOWN";
      case 101 -> "ENETUNREACH";
      case 103 -> "ECONNABORTED";
      case 104 -> "ECONNRESET";
      case 105 -> "ENOBUFS";
      case 106 -> "EISCONN";
      case 107 -> "ENOTCONN";
      case 110 -> "ETIMEDOUT";
      case 111 -> "ECONNREFUSED";
      case 113 -> "EHOSTUNREACH";
      case 114 -> "EALREADY";
      case 115 -> "EINPROGRESS";
      case 116 -> "ESTALE";
      case 125 -> "ECANCELED";
      case 130 -> "EOWNERDEAD";
      case 131 -> "ENOTRECOVERABLE";
      case 512 -> "ERESTARTSYS";
      case 514 -> "ERESTARTNOHAND";
      case 4000 -> "EPIPE";
      default -> "errno " + -result;
    };
  }
}
