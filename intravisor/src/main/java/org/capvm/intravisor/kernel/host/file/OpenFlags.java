package org.capvm.intravisor.kernel.host.file;

/** Flags of open(2) on riscv64 (the generic values), which are also x86-64's. */
public final class OpenFlags {
  public static final int ACCESS_MODE = 3;
  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 1;
  public static final int READ_WRITE = 2;
  public static final int CREATE = 0x40;
  public static final int EXCLUSIVE = 0x80;
  public static final int NO_CONTROLLING_TERMINAL = 0x100;
  public static final int TRUNCATE = 0x200;
  public static final int APPEND = 0x400;
  public static final int NONBLOCK = 0x800;
  public static final int DATA_SYNC = 0x1000;
  public static final int ASYNC = 0x2000;
  public static final int DIRECT = 0x4000;
  public static final int LARGE_FILE = 0x8000;
  public static final int DIRECTORY = 0x10000;
  public static final int NO_FOLLOW = 0x20000;
  public static final int NO_ACCESS_TIME = 0x40000;
  public static final int CLOSE_ON_EXEC = 0x80000;
  public static final int SYNC = 0x101000;
  public static final int PATH = 0x200000;
  public static final int TEMPORARY = 0x410000;

  private OpenFlags() {}
}
