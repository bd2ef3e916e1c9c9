package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.ipc.CpStream;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.Readiness;
import org.capvm.intravisor.ipc.ReadinessObserver;
import org.capvm.intravisor.ipc.StreamListener;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;

/**
 * An open end of a stream. One that accepts has no stream until somebody has connected: the first
 * transfer waits for that, opening does not.
 *
 * <p>What arrives goes to one of two buffers while the program reads the other: poll has to say
 * that something is there before anybody reads.
 */
final class StreamFile extends OpenFile {
  /** As much as a pipe of Linux holds. */
  private static final int BUFFER = 64 << 10;

  private final String name;
  private final FileStatus shown;
  private final ReadinessSocket readiness;

  /** What it accepts from; null for one that has connected. */
  private final StreamListener listener;

  private final ReadinessObserver connecting = this::connectionsChanged;

  // Guarded by this.
  private CpStream stream;
  private MemorySegment current = MemorySegment.NULL;
  private long filled;
  private long taken;
  private MemorySegment offered = MemorySegment.NULL;

  /**
   * @param shown what stat shows
   * @param readiness which this takes over
   * @param listener to accept from, or null when {@link #begin} follows
   */
  StreamFile(
      int flags,
      String name,
      FileStatus shown,
      ReadinessSocket readiness,
      StreamListener listener) {
    super(flags);
    this.name = name;
    this.shown = shown;
    this.readiness = readiness;
    this.listener = listener;
  }

  /** Lets poll know of connections that wait to be accepted. */
  void listen() {
    listener.observe(connecting);
  }

  private void connectionsChanged(Readiness now) {
    Readiness transfer = now == Readiness.NOT_YET ? now : Readiness.READY;
    readiness.setIncoming(transfer);
    readiness.setOutgoing(transfer);
  }

  /** Takes over the stream whose end this is. */
  synchronized void begin(CpStream begun) throws IpcException {
    stream = begun;
    if (isReadable()) {
      current = MemorySegment.ofArray(new byte[BUFFER]);
      offered = MemorySegment.ofArray(new byte[BUFFER]);
      stream.offer(offered);
    } else {
      stream.refuse();
    }
    if (!isWritable()) {
      stream.finish();
    }
    stream.observe(
        isReadable() ? readiness::setIncoming : ReadinessObserver.NOBODY,
        isWritable() ? readiness::setOutgoing : ReadinessObserver.NOBODY);
  }

  private void requireStream() throws IpcException {
    if (stream == null) {
      CpStream accepted = listener.accept(false);
      listener.forget(connecting);
      begin(accepted);
    }
  }

  @Override
  protected synchronized void close() {
    if (listener != null) {
      listener.forget(connecting);
    }
    if (stream != null) {
      stream.observe(ReadinessObserver.NOBODY, ReadinessObserver.NOBODY);
      stream.close();
    }
    readiness.close();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean mayBlock() {
    return true;
  }

  @Override
  public int readinessDescriptor() {
    return readiness.descriptor();
  }

  @Override
  public synchronized long read(MemorySegment to) {
    try {
      requireStream();
      if (to.byteSize() == 0) {
        return 0;
      }
      if (taken == filled && !refill()) {
        return 0;
      }
    } catch (IpcException e) {
      return switch (e.kind()) {
        case WOULD_BLOCK -> Errno.EAGAIN;
        case GONE -> Errno.ECONNRESET;
        default -> IpcErrors.of(e);
      };
    }
    long n = Math.min(to.byteSize(), filled - taken);
    MemorySegment.copy(current, taken, to, 0, n);
    taken += n;
    readiness.setHolds(taken < filled);
    return n;
  }

  /** Takes what was received and offers the other buffer; false at the end of the stream. */
  private boolean refill() throws IpcException {
    long n = stream.take();
    if (n == 0) {
      return false;
    }
    MemorySegment received = offered;
    offered = current;
    current = received;
    filled = n;
    taken = 0;
    stream.offer(offered);
    return true;
  }

  @Override
  public synchronized long write(MemorySegment from) {
    if (from.byteSize() == 0) {
      return 0;
    }
    try {
      requireStream();
      return stream.send(from);
    } catch (IpcException e) {
      return switch (e.kind()) {
        case WOULD_BLOCK -> Errno.EAGAIN;
        case GONE -> Errno.EPIPE;
        default -> IpcErrors.of(e);
      };
    }
  }

  /** As of a socket, which a stream is most like; the access mode stays. */
  @Override
  public synchronized long shutDown(int how) {
    if (stream == null) {
      return Errno.ENOTCONN;
    }
    switch (how) {
      case 0 -> stream.refuse();
      case 1 -> stream.finish();
      case 2 -> {
        stream.refuse();
        stream.finish();
      }
      default -> {
        return Errno.EINVAL;
      }
    }
    return 0;
  }

  @Override
  public long status(FileStatus status) {
    status.mode = shown.mode;
    status.inode = shown.inode;
    return 0;
  }
}
