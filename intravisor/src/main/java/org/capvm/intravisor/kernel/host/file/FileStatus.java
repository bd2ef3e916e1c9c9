package org.capvm.intravisor.kernel.host.file;

/** What stat and statx show of a file. Times are seconds and nanoseconds since 1970. */
public final class FileStatus {
  public static final int TYPE_MASK = 0170000;
  public static final int SOCKET = 0140000;
  public static final int SYMLINK = 0120000;
  public static final int REGULAR = 0100000;
  public static final int BLOCK_DEVICE = 0060000;
  public static final int DIRECTORY = 0040000;
  public static final int CHARACTER_DEVICE = 0020000;
  public static final int FIFO = 0010000;

  public int deviceMajor;
  public int deviceMinor;
  public long inode;
  public int mode;
  public int links = 1;
  public int user;
  public int group;
  public int representsMajor;
  public int representsMinor;
  public long size;
  public int blockSize = 4096;
  public long blocks;
  public long accessSeconds;
  public int accessNanos;
  public long modifySeconds;
  public int modifyNanos;
  public long changeSeconds;
  public int changeNanos;
  public long birthSeconds;
  public int birthNanos;

  public int type() {
    return mode & TYPE_MASK;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  public boolean isSymlink() {
    return type() == SYMLINK;
  }

  /** A device number as the kernel packs it into 64 bits for user space (makedev). */
  public static long device(int major, int minor) {
    return (major & 0xfffL) << 8 | (minor & 0xffL) | (minor & 0xffffff00L) << 12;
  }
}
