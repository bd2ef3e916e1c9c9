package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;

/**
 * A terminal, pipe or socket that the JVM inherited: its host descriptor stays in blocking mode,
 * because other processes use it too, so each transfer asks first whether it would wait.
 */
final class SharedFile extends DescriptorFile {
  /** What a pipe takes at once when it says it is writable (PIPE_BUF). */
  private static final int ATOMIC = 4096;

  private final String name;

  /**
   * @param descriptor owned by this file
   */
  SharedFile(int descriptor, int flags, String name) {
    super(descriptor, flags);
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long read(MemorySegment to) {
    return Host.isReady(descriptor, Host.POLLIN) ? Host.read(descriptor, to) : Errno.EAGAIN;
  }

  @Override
  public long write(MemorySegment from) {
    if (!Host.isReady(descriptor, Host.POLLOUT)) {
      return Errno.EAGAIN;
    }
    return Host.write(descriptor, from.asSlice(0, Math.min(ATOMIC, from.byteSize())));
  }

  @Override
  public long status(FileStatus status) {
    return HostStatus.read(descriptor, "", status);
  }
}
