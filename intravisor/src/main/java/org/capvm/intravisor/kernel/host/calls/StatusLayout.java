package org.capvm.intravisor.kernel.host.calls;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.FileStatus;

/** File status structures as riscv64 lays them out (asm-generic/stat.h, linux/stat.h). */
final class StatusLayout {
  static final int STAT_SIZE = 128;
  static final int STATX_SIZE = 256;

  private static final int STATX_BASIC_AND_BIRTH = 0xfff;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private StatusLayout() {}

  /** struct stat. */
  static void putStat(GuestMemory memory, long address, FileStatus s) {
    MemorySegment to = memory.writable(address, STAT_SIZE);
    to.fill((byte) 0);
    to.set(LONG, 0, FileStatus.device(s.deviceMajor, s.deviceMinor));
    to.set(LONG, 8, s.inode);
    to.set(INT, 16, s.mode);
    to.set(INT, 20, s.links);
    to.set(INT, 24, s.user);
    to.set(INT, 28, s.group);
    to.set(LONG, 32, FileStatus.device(s.representsMajor, s.representsMinor));
    to.set(LONG, 48, s.size);
    to.set(INT, 56, s.blockSize);
    to.set(LONG, 64, s.blocks);
    to.set(LONG, 72, s.accessSeconds);
    to.set(LONG, 80, s.accessNanos);
    to.set(LONG, 88, s.modifySeconds);
    to.set(LONG, 96, s.modifyNanos);
    to.set(LONG, 104, s.changeSeconds);
    to.set(LONG, 112, s.changeNanos);
  }

  /** struct statx. */
  static void putStatx(GuestMemory memory, long address, FileStatus s) {
    MemorySegment to = memory.writable(address, STATX_SIZE);
    to.fill((byte) 0);
    to.set(INT, 0, STATX_BASIC_AND_BIRTH);
    to.set(INT, 4, s.blockSize);
    to.set(INT, 16, s.links);
    to.set(INT, 20, s.user);
    to.set(INT, 24, s.group);
    to.set(SHORT, 28, (short) s.mode);
    to.set(LONG, 32, s.inode);
    to.set(LONG, 40, s.size);
    to.set(LONG, 48, s.blocks);
    to.set(LONG, 64, s.accessSeconds);
    to.set(INT, 72, s.accessNanos);
    to.set(LONG, 80, s.birthSeconds);
    to.set(INT, 88, s.birthNanos);
    to.set(LONG, 96, s.changeSeconds);
    to.set(INT, 104, s.changeNanos);
    to.set(LONG, 112, s.modifySeconds);
    to.set(INT, 120, s.modifyNanos);
    to.set(INT, 128, s.representsMajor);
    to.set(INT, 132, s.representsMinor);
    to.set(INT, 136, s.deviceMajor);
    to.set(INT, 140, s.deviceMinor);
  }

  /** struct statfs of a file system that has no blocks. */
  static void putSyntheticFileSystem(MemorySegment to, long type, int nameLimit) {
    to.set(LONG, 0, type);
    to.set(LONG, 8, 4096);
    to.set(LONG, 64, nameLimit);
    to.set(LONG, 72, 4096);
  }
}
