package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;

/** A pipe's end or an event descriptor: a non-blocking host descriptor that no folder names. */
public final class EventFile extends DescriptorFile {
  private static final int OWNER_ONLY = 0600;

  private final Kind kind;

  /** What it is; the name is the one that /proc/self/fd shows. */
  public enum Kind {
    PIPE("pipe:"),
    COUNTER("anon_inode:[eventfd]"),
    TIMER("anon_inode:[timerfd]"),
    EPOLL("anon_inode:[eventpoll]"),
    WATCHER("anon_inode:inotify");

    private final String shown;

    Kind(String shown) {
      this.shown = shown;
    }
  }

  /**
   * @param descriptor owned by this file
   * @param flags access mode, and whether the guest asked for O_NONBLOCK
   */
  public EventFile(int descriptor, int flags, Kind kind) {
    super(descriptor, flags & (OpenFlags.ACCESS_MODE | OpenFlags.NONBLOCK));
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public String name() {
    return kind == Kind.PIPE ? kind.shown + "[" + descriptor + "]" : kind.shown;
  }

  @Override
  public long read(MemorySegment to) {
    return Host.read(descriptor, to);
  }

  @Override
  public long write(MemorySegment from) {
    return kind == Kind.WATCHER ? Errno.EBADF : Host.write(descriptor, from);
  }

  @Override
  public long readv(MemorySegment[] to) {
    return Host.vector(false, descriptor, to);
  }

  @Override
  public long writev(MemorySegment[] from) {
    return Host.vector(true, descriptor, from);
  }

  @Override
  public long status(FileStatus status) {
    status.mode = (kind == Kind.PIPE ? FileStatus.FIFO : 0) | OWNER_ONLY;
    status.inode = descriptor;
    return 0;
  }
}
