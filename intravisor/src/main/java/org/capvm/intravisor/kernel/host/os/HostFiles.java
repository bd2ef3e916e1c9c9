package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Calls of the host's kernel that name files. Names are strings of Latin-1 characters, one for each
 * byte. Results are values or negative errors.
 */
public final class HostFiles {
  public static final int AT_FDCWD = -100;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_REMOVEDIR = 0x200;
  public static final int AT_EMPTY_PATH = 0x1000;

  private static final int STATX_BASIC_AND_BIRTH = 0xfff;
  private static final int MFD_CLOEXEC = 1;
  private static final int NAME_LIMIT = 4096;
  private static final long SECOND = 5 * 1024;

  private HostFiles() {}

  private static long name(long offset, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    return Scratch.get().path(offset, bytes);
  }

  private static boolean tooLong(String name) {
    return name.length() >= NAME_LIMIT;
  }

  /** The flags are those of {@code OpenFlags}. */
  public static long open(int folder, String name, int flags, int mode) {
    return tooLong(name)
        ? Errno.ENAMETOOLONG
        : HostSystem.call(
            HostNumbers.OPENAT, folder, name(0, name), HostFlags.open(flags), mode & 07777);
  }

  /**
   * Calls statx.
   *
   * @param name empty for the descriptor itself
   * @param result receives the 256 bytes of struct statx, which all architectures share
   */
  public static long status(int folder, String name, MemorySegment result) {
    if (tooLong(name)) {
      return Errno.ENAMETOOLONG;
    }
    int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
    long path = name(0, name);
    long r =
        HostSystem.call(
            HostNumbers.STATX, folder, path, flags, STATX_BASIC_AND_BIRTH, path + SECOND);
    if (r == 0) {
      MemorySegment.copy(Scratch.get().memory(), SECOND, result, 0, 256);
    }
    return r;
  }

  /** The target of a symbolic link, or null when the name is none (or does not exist). */
  public static String readLink(int folder, String name) {
    if (tooLong(name)) {
      return null;
    }
    MemorySegment scratch = Scratch.get().memory();
    long path = name(0, name);
    long n = HostSystem.call(HostNumbers.READLINKAT, folder, path, path + SECOND, NAME_LIMIT);
    if (n < 0) {
      return null;
    }
    byte[] target = new byte[(int) n];
    MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, SECOND, target, 0, target.length);
    return new String(target, StandardCharsets.ISO_8859_1);
  }

  /** A file of host memory that no folder names; closed on exec. */
  public static long memoryFile(String name) {
    return HostSystem.call(HostNumbers.MEMFD_CREATE, name(0, name), MFD_CLOEXEC);
  }

  public static long makeFolder(int folder, String name, int mode) {
    return tooLong(name)
        ? Errno.ENAMETOOLONG
        : HostSystem.call(HostNumbers.MKDIRAT, folder, name(0, name), mode & 07777);
  }

  /** Makes a FIFO or a socket; devices are never made. The type is in the mode. */
  public static long makeNode(int folder, String name, int mode) {
    return tooLong(name)
        ? Errno.ENAMETOOLONG
        : HostSystem.call(HostNumbers.MKNODAT, folder, name(0, name), mode, 0);
  }

  public static long unlink(int folder, String name, boolean isFolder) {
    return tooLong(name)
        ? Errno.ENAMETOOLONG
        : HostSystem.call(HostNumbers.UNLINKAT, folder, name(0, name), isFolder ? AT_REMOVEDIR : 0);
  }

  public static long rename(int from, String name, int to, String newName, int flags) {
    if (tooLong(name) || tooLong(newName)) {
      return Errno.ENAMETOOLONG;
    }
    long first = name(0, name);
    return HostSystem.call(HostNumbers.RENAMEAT2, from, first, to, name(SECOND, newName), flags);
  }

  /** Makes a hard link; a symbolic link is linked itself, never followed. */
  public static long link(int from, String name, int to, String newName) {
    if (tooLong(name) || tooLong(newName)) {
      return Errno.ENAMETOOLONG;
    }
    long first = name(0, name);
    return HostSystem.call(HostNumbers.LINKAT, from, first, to, name(SECOND, newName), 0);
  }

  public static long symlink(String target, int folder, String name) {
    if (tooLong(name) || tooLong(target)) {
      return Errno.ENAMETOOLONG;
    }
    long first = name(0, target);
    return HostSystem.call(HostNumbers.SYMLINKAT, first, folder, name(SECOND, name));
  }

  /** Checks access to what a descriptor refers to (which may be opened with O_PATH). */
  public static long access(int descriptor, int mode) {
    return HostSystem.call(
        HostNumbers.FACCESSAT, AT_FDCWD, name(0, "/proc/self/fd/" + descriptor), mode);
  }

  /** Changes the mode of what a descriptor refers to (which may be opened with O_PATH). */
  public static long changeMode(int descriptor, int mode) {
    return HostSystem.call(
        HostNumbers.FCHMODAT, AT_FDCWD, name(0, "/proc/self/fd/" + descriptor), mode & 07777);
  }

  /**
   * Changes the owner of a name without following it.
   *
   * @param name empty for the descriptor itself
   */
  public static long changeOwner(int folder, String name, int user, int group) {
    if (tooLong(name)) {
      return Errno.ENAMETOOLONG;
    }
    int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
    return HostSystem.call(HostNumbers.FCHOWNAT, folder, name(0, name), user, group, flags);
  }

  /**
   * Changes the times of a name without following it.
   *
   * @param name a name in the folder, or null for the descriptor itself
   * @param times two struct timespec, or null for now
   */
  public static long changeTimes(int folder, String name, MemorySegment times) {
    if (name != null && tooLong(name)) {
      return Errno.ENAMETOOLONG;
    }
    MemorySegment scratch = Scratch.get().memory();
    long path = name == null ? 0 : name(0, name);
    long address = 0;
    if (times != null) {
      MemorySegment.copy(times, 0, scratch, SECOND, 32);
      address = scratch.address() + SECOND;
    }
    return HostSystem.call(
        HostNumbers.UTIMENSAT, folder, path, address, name == null ? 0 : AT_SYMLINK_NOFOLLOW);
  }
}
