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

  private HostNumbers() {}
}
