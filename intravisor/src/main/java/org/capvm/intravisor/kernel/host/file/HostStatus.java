package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/** Reads the status of host files. */
final class HostStatus {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private HostStatus() {}

  /**
   * @param name empty for the descriptor itself
   */
  static long read(int folder, String name, FileStatus to) {
    MemorySegment s = MemorySegment.ofArray(new byte[256]);
    long error = HostFiles.status(folder, name, s);
    if (error != 0) {
      return error;
    }
    to.blockSize = s.get(INT, 4);
    to.links = s.get(INT, 16);
    to.user = s.get(INT, 20);
    to.group = s.get(INT, 24);
    to.mode = s.get(INT, 28) & 0xffff;
    to.inode = s.get(LONG, 32);
    to.size = s.get(LONG, 40);
    to.blocks = s.get(LONG, 48);
    to.accessSeconds = s.get(LONG, 64);
    to.accessNanos = s.get(INT, 72);
    to.birthSeconds = s.get(LONG, 80);
    to.birthNanos = s.get(INT, 88);
    to.changeSeconds = s.get(LONG, 96);
    to.changeNanos = s.get(INT, 104);
    to.modifySeconds = s.get(LONG, 112);
    to.modifyNanos = s.get(INT, 120);
    to.representsMajor = s.get(INT, 128);
    to.representsMinor = s.get(INT, 132);
    to.deviceMajor = s.get(INT, 136);
    to.deviceMinor = s.get(INT, 140);
    return 0;
  }
}
