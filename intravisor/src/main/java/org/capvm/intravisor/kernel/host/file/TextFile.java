package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** A read-only file with a content computed when it was opened. */
public class TextFile extends OpenFile {
  private final String name;
  private final byte[] content;
  private long position;

  public TextFile(int flags, String name, byte[] content) {
    super(flags);
    this.name = name;
    this.content = content;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized long read(MemorySegment to) {
    long n = pread(to, position);
    position += n;
    return n;
  }

  @Override
  public long pread(MemorySegment to, long offset) {
    if (offset < 0) {
      return Errno.EINVAL;
    }
    int n = (int) Math.max(0, Math.min(to.byteSize(), content.length - offset));
    if (n > 0) {
      MemorySegment.copy(content, (int) offset, to, ValueLayout.JAVA_BYTE, 0, n);
    }
    return n;
  }

  @Override
  public synchronized long seek(long offset, int whence) {
    long base =
        switch (whence) {
          case 0 -> 0;
          case 1 -> position;
          case 2 -> content.length;
          default -> Long.MIN_VALUE;
        };
    if (base < 0 || base + offset < 0) {
      return Errno.EINVAL;
    }
    position = base + offset;
    return position;
  }

  @Override
  public long status(FileStatus status) {
    status.mode = FileStatus.REGULAR | 0444;
    status.inode = (name.hashCode() & 0xffffffffL) + 1;
    return 0;
  }
}
