package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.CallQueue;
import org.capvm.intravisor.ipc.CpCall;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.Readiness;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder.Opened;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;

/**
 * A function that programs of this cVM carry out. The first write gives its name and who may call
 * it, as {@code NAME CALLERS}; a read then waits for a call: its number, three integers and how
 * many bytes it has, of 8 bytes each, the name of the calling cVM in 64, and those bytes. A write
 * of number, result and bytes answers it. The name is given back with the last descriptor, or by
 * shutdown.
 */
final class ServeFile extends OpenFile {
  private static final int NAME = 64;
  private static final int CALL = 5 * Long.BYTES + NAME;
  private static final int ANSWER = 2 * Long.BYTES;
  private static final int LARGEST = ANSWER + CallQueue.LARGEST_BUFFER;

  private final String name;
  private final IpcNamespace names;
  private final Participant cvm;
  private final ReadinessSocket readiness;
  private final CallQueue queue;

  /** Guarded by this; null before the name is known. */
  private CpCall published;

  private ServeFile(
      int flags, String name, IpcNamespace names, Participant cvm, ReadinessSocket readiness) {
    super(flags);
    this.name = name;
    this.names = names;
    this.cvm = cvm;
    this.readiness = readiness;
    this.queue = new CallQueue(readiness::setIncoming);
    readiness.setOutgoing(Readiness.READY);
  }

  static Opened open(int flags, String path, IpcNamespace names, Participant cvm) {
    ReadinessSocket readiness = ReadinessSocket.create(true, true);
    int kept = flags & (OpenFlags.ACCESS_MODE | OpenFlags.PATH | CHANGEABLE_FLAGS);
    return readiness == null
        ? Opened.failed(Errno.ENFILE)
        : Opened.of(new ServeFile(kept, path, names, cvm, readiness));
  }

  @Override
  protected void close() {
    shutDown(2);
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
  public long write(MemorySegment from) {
    return writev(new MemorySegment[] {from});
  }

  @Override
  public synchronized long writev(MemorySegment[] from) {
    long size = Messages.size(from);
    if (size > LARGEST) {
      return Errno.EMSGSIZE;
    }
    byte[] message = Messages.join(from);
    try {
      if (published == null) {
        publish(ControlFile.words(message));
      } else {
        answer(message);
      }
      return size;
    } catch (IpcException e) {
      return Messages.error(e);
    }
  }

  private void publish(String[] words) throws IpcException {
    if (words.length != 2) {
      throw new IpcException(Kind.INVALID, "neither a name nor who may call it");
    }
    published = names.publish(words[0], cvm, ControlFile.access("-", words[1]), queue);
  }

  private void answer(byte[] message) throws IpcException {
    if (message.length < ANSWER) {
      throw new IpcException(Kind.INVALID, "no answer");
    }
    ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    queue.answer(
        header.getLong(), header.getLong(), Arrays.copyOfRange(message, ANSWER, message.length));
  }

  @Override
  public long read(MemorySegment to) {
    return readv(new MemorySegment[] {to});
  }

  @Override
  public synchronized long readv(MemorySegment[] to) {
    long room = Messages.size(to) - CALL;
    if (published == null || room < 0) {
      return Errno.EINVAL;
    }
    try {
      Optional<CallQueue.Taken> call = queue.take(room);
      return call.isEmpty() ? 0 : Messages.spread(message(call.get()), to);
    } catch (IpcException e) {
      return e.kind() == Kind.WOULD_BLOCK ? Errno.EAGAIN : Messages.error(e);
    }
  }

  private static byte[] message(CallQueue.Taken call) {
    CallArguments arguments = call.arguments();
    int size = (int) arguments.buffer().size();
    ByteBuffer message = ByteBuffer.allocate(CALL + size).order(ByteOrder.LITTLE_ENDIAN);
    message.putLong(call.number());
    message.putLong(arguments.first()).putLong(arguments.second()).putLong(arguments.third());
    message.putLong(size);
    byte[] caller = arguments.caller().name().getBytes(StandardCharsets.UTF_8);
    message.put(caller, 0, Math.min(caller.length, NAME - 1));
    message.position(CALL);
    message.put(arguments.buffer().contents().asByteBuffer());
    return message.array();
  }

  /** Nobody calls any more; who reads comes to the end. */
  @Override
  public synchronized long shutDown(int how) {
    if (published != null) {
      published.close();
    }
    queue.close();
    return 0;
  }

  @Override
  public long status(FileStatus status) {
    status.mode = FileStatus.CHARACTER_DEVICE | 0666;
    status.inode = 1;
    return 0;
  }
}
