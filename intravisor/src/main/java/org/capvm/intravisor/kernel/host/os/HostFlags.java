package org.capvm.intravisor.kernel.host.os;

/**
 * Open flags between guest and host: riscv64 and x86-64 use the generic values; 64-bit ARM swaps
 * four of them.
 */
final class HostFlags {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  private static final int DIRECT = 0x4000;
  private static final int LARGE_FILE = 0x8000;
  private static final int DIRECTORY = 0x10000;
  private static final int NO_FOLLOW = 0x20000;
  private static final int SWAPPED = DIRECT | LARGE_FILE | DIRECTORY | NO_FOLLOW;

  private HostFlags() {}

  /** The host's value of generic open flags; direct input and output is never passed on. */
  static int open(int flags) {
    int plain = flags & ~DIRECT;
    if (!ARM) {
      return plain;
    }
    return plain & ~SWAPPED
        | ((plain & DIRECTORY) != 0 ? 0x4000 : 0)
        | ((plain & NO_FOLLOW) != 0 ? 0x8000 : 0);
  }
}
