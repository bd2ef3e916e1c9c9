package org.capvm.runtime.host;

/**
 * System call numbers of the host, which differ between x86-64 and the architectures that use
 * Linux's generic table.
 */
public final class HostNumbers {
  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

  public static final int MMAP = X86 ? 9 : 222;
  public static final int MUNMAP = X86 ? 11 : 215;
  public static final int MADVISE = X86 ? 28 : 233;
  public static final int READ = X86 ? 0 : 63;
  public static final int WRITE = X86 ? 1 : 64;
  public static final int CLOSE = X86 ? 3 : 57;
  public static final int IOCTL = X86 ? 16 : 29;
  public static final int FCNTL = X86 ? 72 : 25;
  public static final int PIPE2 = X86 ? 293 : 59;
  public static final int EVENTFD2 = X86 ? 290 : 19;
  public static final int PPOLL = X86 ? 271 : 73;
  public static final int EPOLL_CREATE1 = X86 ? 291 : 20;
  public static final int EPOLL_CTL = X86 ? 233 : 21;
  public static final int EPOLL_PWAIT = X86 ? 281 : 22;
  public static final int TIMERFD_CREATE = X86 ? 283 : 85;
  public static final int TIMERFD_SETTIME = X86 ? 286 : 86;
  public static final int TIMERFD_GETTIME = X86 ? 287 : 87;
  public static final int SOCKET = X86 ? 41 : 198;
  public static final int SOCKETPAIR = X86 ? 53 : 199;
  public static final int BIND = X86 ? 49 : 200;
  public static final int LISTEN = X86 ? 50 : 201;
  public static final int CONNECT = X86 ? 42 : 203;
  public static final int GETSOCKNAME = X86 ? 51 : 204;
  public static final int GETPEERNAME = X86 ? 52 : 205;
  public static final int SENDTO = X86 ? 44 : 206;
  public static final int RECVFROM = X86 ? 45 : 207;
  public static final int SETSOCKOPT = X86 ? 54 : 208;
  public static final int GETSOCKOPT = X86 ? 55 : 209;
  public static final int SHUTDOWN = X86 ? 48 : 210;
  public static final int SENDMSG = X86 ? 46 : 211;
  public static final int RECVMSG = X86 ? 47 : 212;
  public static final int ACCEPT4 = X86 ? 288 : 242;
  public static final int GETTID = X86 ? 186 : 178;
  public static final int CLOCK_GETTIME = X86 ? 228 : 113;

  private HostNumbers() {}
}
