package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.CpCall;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.Readiness;
import org.capvm.intravisor.ipc.StartedCall;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;

/**
 * A function that is open for calls, one at a time. Writing three integers of 8 bytes, and bytes
 * behind them, calls it; reading then waits for its result of 8 bytes, and what the function has
 * made of the bytes. Each is one read or write, or it is an error that changes nothing.
 */
final class CallFile extends OpenFile {
  private static final int HEADER = 3 * Long.BYTES;

  /** Bytes of a message: more than any function takes. */
  private static final long LARGEST = HEADER + (1 << 20);

  private final String name;
  private final CpCall function;
  private final Participant cvm;
  private final FileStatus shown;
  private final ReadinessSocket readiness;

  /** Guarded by this; null when there is none. */
  private StartedCall call;

  /**
   * @param function which the cVM may call
   * @param shown what stat shows
   * @param readiness which this takes over
   */
  CallFile(
      int flags,
      String name,
      CpCall function,
      Participant cvm,
      FileStatus shown,
      ReadinessSocket readiness) {
    super(flags & (OpenFlags.ACCESS_MODE | CHANGEABLE_FLAGS));
    this.name = name;
    this.function = function;
    this.cvm = cvm;
    this.shown = shown;
    this.readiness = readiness;
    readiness.setOutgoing(Readiness.READY);
  }

  @Override
  protected synchronized void close() {
    forget();
    readiness.close();
  }

  /** The function goes on, when it has not ended. */
  private void forget() {
    if (call != null) {
      cvm.removeCallBytes(call.size());
      call = null;
    }
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
  public long write(MemorySegment from) {
    return writev(new MemorySegment[] {from});
  }

  @Override
  public synchronized long writev(MemorySegment[] from) {
    long size = Messages.size(from);
    if (size < HEADER) {
      return Errno.EINVAL;
    }
    if (size > LARGEST) {
      return Errno.EMSGSIZE;
    }
    if (call != null) {
      return Errno.EBUSY;
    }
    byte[] message = Messages.join(from);
    ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = Arrays.copyOfRange(message, HEADER, message.length);
    try {
      start(
          new StartedCall(MemorySegment.ofArray(bytes)),
          header.getLong(),
          header.getLong(),
          header.getLong());
      return size;
    } catch (IpcException e) {
      return Messages.error(e);
    }
  }

  private void start(StartedCall made, long x, long y, long z) throws IpcException {
    cvm.addCallBytes(made.size());
    readiness.setIncoming(Readiness.NOT_YET);
    made.onEnd(() -> readiness.setIncoming(Readiness.READY));
    call = made;
    boolean begun = false;
    try {
      function.callee().start(new CallArguments(cvm, x, y, z, made), made);
      begun = true;
    } finally {
      if (!begun) {
        forget();
      }
    }
  }

  @Override
  public long read(MemorySegment to) {
    return readv(new MemorySegment[] {to});
  }

  @Override
  public synchronized long readv(MemorySegment[] to) {
    if (call == null || Messages.size(to) < Long.BYTES) {
      return Errno.EINVAL;
    }
    if (!call.hasEnded()) {
      return Errno.EAGAIN;
    }
    StartedCall ended = call;
    forget();
    readiness.setIncoming(Readiness.NOT_YET);
    try {
      long result = ended.result();
      ByteBuffer message = ByteBuffer.allocate(Long.BYTES + (int) ended.size());
      message.order(ByteOrder.LITTLE_ENDIAN).putLong(result);
      message.put(ended.contents().asByteBuffer());
      return Messages.spread(message.array(), to);
    } catch (IpcException e) {
      return Messages.error(e);
    }
  }

  @Override
  public long status(FileStatus status) {
    status.mode = shown.mode;
    status.inode = shown.inode;
    return 0;
  }
}
