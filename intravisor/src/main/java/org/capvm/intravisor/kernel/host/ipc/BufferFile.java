package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import org.capvm.intravisor.ipc.FileHandle;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.SharedPages;
import org.capvm.runtime.memory.Window;

/**
 * An open shared buffer: a regular file of a fixed size, whose mappings are the buffer's own pages.
 * When the buffer was taken back, transfers fail with EIO.
 */
final class BufferFile extends OpenFile {
  private static final int SEEK_CURRENT = 1;
  private static final int SEEK_END = 2;

  private final String name;
  private final FileHandle handle;
  private final FileStatus shown;
  private final Pages pages;
  private long position;

  /**
   * @param handle which this takes over
   * @param shown what stat shows
   * @param readOnly whether the cVM may not write
   */
  BufferFile(int flags, String name, FileHandle handle, FileStatus shown, boolean readOnly) {
    super(flags);
    this.name = name;
    this.handle = handle;
    this.shown = shown;
    this.pages = new Pages(handle, readOnly);
  }

  @Override
  protected void close() {
    handle.close();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SharedPages sharedPages() {
    return pages;
  }

  @Override
  public synchronized long read(MemorySegment to) {
    return advance(pread(to, position));
  }

  @Override
  public synchronized long write(MemorySegment from) {
    if ((flags() & OpenFlags.APPEND) != 0) {
      position = handle.file().size();
    }
    return advance(pwrite(from, position));
  }

  private long advance(long n) {
    position += Math.max(n, 0);
    return n;
  }

  @Override
  public long pread(MemorySegment to, long offset) {
    try {
      return handle.read(to, offset);
    } catch (IpcException e) {
      return IpcErrors.of(e);
    }
  }

  @Override
  public long pwrite(MemorySegment from, long offset) {
    try {
      long n = handle.write(from, offset);
      return n == 0 && from.byteSize() > 0 ? Errno.ENOSPC : n;
    } catch (IpcException e) {
      return IpcErrors.of(e);
    }
  }

  @Override
  public synchronized long seek(long offset, int whence) {
    long size = handle.file().size();
    long base =
        switch (whence) {
          case 0 -> 0;
          case SEEK_CURRENT -> position;
          case SEEK_END -> size;
          default -> -1;
        };
    if (base < 0 || offset > Long.MAX_VALUE - base || base + offset < 0) {
      return Errno.EINVAL;
    }
    position = base + offset;
    return position;
  }

  @Override
  public long status(FileStatus status) {
    status.mode = shown.mode;
    status.inode = shown.inode;
    status.size = shown.size;
    status.blocks = shown.blocks;
    return 0;
  }

  @Override
  public long synchronize(boolean dataOnly) {
    return 0;
  }

  /** The buffer's pages, as mappings show them. */
  private record Pages(FileHandle handle, boolean isReadOnly)
      implements SharedPages, SharedPages.WordWaits {
    /** Other shared pages and address spaces of the cVM have positive numbers. */
    @Override
    public long id() {
      return -handle.file().number();
    }

    @Override
    public long map(Window window, long address, long length, long offset, OpenFile file) {
      try {
        handle.show(window, address, length, offset);
        return 0;
      } catch (IpcException e) {
        return IpcErrors.of(e);
      }
    }

    @Override
    public void unmap(Window window, long address, long length, long offset, OpenFile file) {
      handle.forget(window, address, length);
    }

    /** There is no file behind them. */
    @Override
    public void store(OpenFile file, long offset, long length) {}

    @Override
    public WordWaits wordWaits() {
      return this;
    }

    @Override
    public long await(long offset, int expected, long deadline, BooleanSupplier interrupted) {
      try {
        return handle.await(offset, expected, deadline, interrupted) ? 0 : Errno.EAGAIN;
      } catch (IpcException e) {
        return switch (e.kind()) {
          case TIMED_OUT -> Errno.ETIMEDOUT;
          case INTERRUPTED -> Errno.RESTART;
          default -> Errno.EFAULT;
        };
      }
    }

    @Override
    public long wake(long offset, int most) {
      try {
        return handle.file().wake(offset, most);
      } catch (IpcException e) {
        return Errno.EFAULT;
      }
    }

    @Override
    public boolean isRevoked() {
      return handle.isRevoked();
    }
  }
}
