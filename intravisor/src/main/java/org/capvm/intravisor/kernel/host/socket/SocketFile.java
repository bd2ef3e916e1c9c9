package org.capvm.intravisor.kernel.host.socket;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorFile;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostSockets;

/** A socket: a non-blocking socket of the host, with what the guest must not or cannot tell it. */
public final class SocketFile extends DescriptorFile {
  /** No limit to how long a call waits. */
  public static final long FOR_EVER = -1;

  private static final int PERMISSIONS = 0777;

  private final int family;
  private final int type;
  private volatile long receiveTimeout = FOR_EVER;
  private volatile long sendTimeout = FOR_EVER;
  private volatile boolean bound;
  private volatile boolean boundToAll;

  /**
   * @param descriptor owned by this file
   * @param family of {@link Families}
   * @param type of {@link Families}
   * @param nonblocking whether the guest asked for SOCK_NONBLOCK
   */
  public SocketFile(int descriptor, int family, int type, boolean nonblocking) {
    super(descriptor, OpenFlags.READ_WRITE | (nonblocking ? OpenFlags.NONBLOCK : 0));
    this.family = family;
    this.type = type;
  }

  @Override
  public String name() {
    return "socket:[" + descriptor + "]";
  }

  @Override
  public long shutDown(int how) {
    return HostSockets.shutdown(descriptor, how);
  }

  public int family() {
    return family;
  }

  public int type() {
    return type;
  }

  @Override
  public long receiveTimeout() {
    return receiveTimeout;
  }

  public void setReceiveTimeout(long nanos) {
    receiveTimeout = nanos;
  }

  @Override
  public long sendTimeout() {
    return sendTimeout;
  }

  public void setSendTimeout(long nanos) {
    sendTimeout = nanos;
  }

  /** Whether the guest bound it to the unspecified address, which is loopback on the host. */
  boolean boundToAll() {
    return boundToAll;
  }

  /** Binds to a host address. */
  long bind(byte[] hostAddress, boolean all) {
    long error = HostSockets.bind(descriptor, hostAddress);
    if (error == 0) {
      bound = true;
      boundToAll = all;
    }
    return error;
  }

  /** Binds an internet socket to loopback where the host would choose an address for it. */
  void bindImplicitly() {
    if (!bound && Families.isInternet(family)) {
      bind(InternetAddress.anyPort(family), true);
    }
  }

  @Override
  public long read(MemorySegment to) {
    return Host.read(descriptor, to);
  }

  @Override
  public long write(MemorySegment from) {
    return HostSockets.send(descriptor, from, 0, null);
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
    status.mode = FileStatus.SOCKET | PERMISSIONS;
    status.inode = descriptor;
    return 0;
  }

  @Override
  public long synchronize(boolean dataOnly) {
    return Errno.EINVAL;
  }
}
