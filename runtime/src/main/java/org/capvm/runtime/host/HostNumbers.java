package org.capvm.runtime.host;

/**
 * System call numbers of the host, which differ between x86-64 and the architectures that use
 * Linux's generic table.
 */
public final class HostNumbers {
  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

  public static final int ACCEPT4 = X86 ? 288 : 242;
  public static final int BIND = X86 ? 49 : 200;
  public static final int CLOCK_GETTIME = X86 ? 228 : 113;
  public static final int CLOSE = X86 ? 3 : 57;
  public static final int CONNECT = X86 ? 42 : 203;
  public static final int COPY_FILE_RANGE = X86 ? 326 : 285;
  public static final int DUP3 = X86 ? 292 : 24;
  public static final int EPOLL_CREATE1 = X86 ? 291 : 20;
  public static final int EPOLL_CTL = X86 ? 233 : 21;
  public static final int EPOLL_PWAIT = X86 ? 281 : 22;
  public static final int EVENTFD2 = X86 ? 290 : 19;
  public static final int FACCESSAT = X86 ? 269 : 48;
  public static final int FADVISE64 = X86 ? 221 : 223;
  public static final int FALLOCATE = X86 ? 285 : 47;
  public static final int FCHMOD = X86 ? 91 : 52;
  public static final int FCHMODAT = X86 ? 268 : 53;
  public static final int FCHOWN = X86 ? 93 : 55;
  public static final int FCHOWNAT = X86 ? 260 : 54;
  public static final int FCNTL = X86 ? 72 : 25;
  public static final int FDATASYNC = X86 ? 75 : 83;
  public static final int FLOCK = X86 ? 73 : 32;
  public static final int FSTATFS = X86 ? 138 : 44;
  public static final int FSYNC = X86 ? 74 : 82;
  public static final int FTRUNCATE = X86 ? 77 : 46;
  public static final int GETDENTS64 = X86 ? 217 : 61;
  public static final int GETEGID = X86 ? 108 : 177;
  public static final int GETEUID = X86 ? 107 : 175;
  public static final int GETPEERNAME = X86 ? 52 : 205;
  public static final int GETRANDOM = X86 ? 318 : 278;
  public static final int GETSOCKNAME = X86 ? 51 : 204;
  public static final int GETSOCKOPT = X86 ? 55 : 209;
  public static final int GETTID = X86 ? 186 : 178;
  public static final int INOTIFY_ADD_WATCH = X86 ? 254 : 27;
  public static final int INOTIFY_INIT1 = X86 ? 294 : 26;
  public static final int INOTIFY_RM_WATCH = X86 ? 255 : 28;
  public static final int IOCTL = X86 ? 16 : 29;
  public static final int LINKAT = X86 ? 265 : 37;
  public static final int LISTEN = X86 ? 50 : 201;
  public static final int LSEEK = X86 ? 8 : 62;
  public static final int MADVISE = X86 ? 28 : 233;
  public static final int MEMFD_CREATE = X86 ? 319 : 279;
  public static final int MKDIRAT = X86 ? 258 : 34;
  public static final int MKNODAT = X86 ? 259 : 33;
  public static final int MMAP = X86 ? 9 : 222;
  public static final int MPROTECT = X86 ? 10 : 226;
  public static final int MUNMAP = X86 ? 11 : 215;
  public static final int OPENAT = X86 ? 257 : 56;
  public static final int PIPE2 = X86 ? 293 : 59;
  public static final int PPOLL = X86 ? 271 : 73;
  public static final int PREAD64 = X86 ? 17 : 67;
  public static final int PREADV = X86 ? 295 : 69;
  public static final int PWRITE64 = X86 ? 18 : 68;
  public static final int PWRITEV = X86 ? 296 : 70;
  public static final int READ = X86 ? 0 : 63;
  public static final int READLINKAT = X86 ? 267 : 78;
  public static final int READV = X86 ? 19 : 65;
  public static final int RECVFROM = X86 ? 45 : 207;
  public static final int RECVMSG = X86 ? 47 : 212;
  public static final int RENAMEAT2 = X86 ? 316 : 276;
  public static final int SCHED_SETAFFINITY = X86 ? 203 : 122;
  public static final int SENDFILE = X86 ? 40 : 71;
  public static final int SENDMSG = X86 ? 46 : 211;
  public static final int SENDTO = X86 ? 44 : 206;
  public static final int SETPRIORITY = X86 ? 141 : 140;
  public static final int SETSID = X86 ? 112 : 157;
  public static final int SETSOCKOPT = X86 ? 54 : 208;
  public static final int SHUTDOWN = X86 ? 48 : 210;
  public static final int SOCKET = X86 ? 41 : 198;
  public static final int SOCKETPAIR = X86 ? 53 : 199;
  public static final int SPLICE = X86 ? 275 : 76;
  public static final int STATFS = X86 ? 137 : 43;
  public static final int STATX = X86 ? 332 : 291;
  public static final int SYMLINKAT = X86 ? 266 : 36;
  public static final int SYNC_FILE_RANGE = X86 ? 277 : 84;
  public static final int TEE = X86 ? 276 : 77;
  public static final int TIMERFD_CREATE = X86 ? 283 : 85;
  public static final int TIMERFD_GETTIME = X86 ? 287 : 87;
  public static final int TIMERFD_SETTIME = X86 ? 286 : 86;
  public static final int UNLINKAT = X86 ? 263 : 35;
  public static final int UTIMENSAT = X86 ? 280 : 88;
  public static final int WRITE = X86 ? 1 : 64;
  public static final int WRITEV = X86 ? 20 : 66;

  private HostNumbers() {}
}
