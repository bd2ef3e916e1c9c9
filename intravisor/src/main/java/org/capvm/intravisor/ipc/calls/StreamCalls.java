package org.capvm.intravisor.ipc.calls;

import static org.capvm.intravisor.hostcall.Argument.BYTES_IN;
import static org.capvm.intravisor.hostcall.Argument.BYTES_OUT;
import static org.capvm.intravisor.hostcall.Argument.CVMS;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;
import static org.capvm.intravisor.hostcall.Argument.NANOSECONDS;
import static org.capvm.intravisor.hostcall.Argument.Thing.LISTENER;
import static org.capvm.intravisor.hostcall.Argument.Thing.STREAM;
import static org.capvm.intravisor.hostcall.Argument.handle;
import static org.capvm.intravisor.hostcall.Argument.name;
import static org.capvm.intravisor.hostcall.Argument.newName;
import static org.capvm.intravisor.ipc.calls.Results.A0;
import static org.capvm.intravisor.ipc.calls.Results.A1;
import static org.capvm.intravisor.ipc.calls.Results.call;
import static org.capvm.intravisor.ipc.calls.Results.name;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.CallerPointer;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpStream;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.StreamListener;
import org.capvm.runtime.hart.Hart;

/**
 * The hostcalls of CP_Stream, all ours. Handles are numbers of the caller's cVM and mean nothing in
 * another.
 */
public final class StreamCalls {
  /** In a2 of cp_stream_send: sends only what there is room for. */
  private static final long NO_WAIT = 1;

  private final IpcNamespace names;
  private final Participant caller;
  private final AtomicLong nextHandle = new AtomicLong(1);
  private final Map<Long, StreamListener> listeners = new ConcurrentHashMap<>();
  private final Map<Long, CpStream> streams = new ConcurrentHashMap<>();

  /**
   * @param caller the cVM whose harts make the calls
   */
  public StreamCalls(IpcNamespace names, Participant caller) {
    this.names = names;
    this.caller = caller;
  }

  /** The calls of one cVM. */
  public List<Hostcall> all() {
    return List.of(
        call(430, "cp_stream_listen", this::listen, newName(STREAM), CVMS),
        call(431, "cp_stream_accept", this::accept, handle(LISTENER), Argument.NO_WAIT),
        call(432, "cp_stream_connect", this::connect, name(STREAM)),
        call(433, "cp_stream_send", this::send, handle(STREAM), BYTES_IN, LENGTH, Argument.NO_WAIT),
        call(434, "cp_stream_receive", this::receive, handle(STREAM), BYTES_OUT, LENGTH),
        call(435, "cp_stream_offer", this::offer, handle(STREAM), BYTES_OUT, LENGTH),
        call(436, "cp_stream_take", h -> stream(h).take(), handle(STREAM)),
        call(437, "cp_stream_poll", this::poll, handle(STREAM), INTEGER, NANOSECONDS),
        call(438, "cp_stream_finish", this::finish, handle(STREAM)),
        call(439, "cp_stream_close", this::close, handle(STREAM)));
  }

  /** a0: key, a1: names of the cVMs that may connect, or 0 for all. Returns a handle. */
  private long listen(Hart h) throws IpcException {
    AccessList access =
        h.x11 == 0 ? AccessList.OPEN : new AccessList(Set.of(), Results.cvms(h, A1));
    long handle = nextHandle.getAndIncrement();
    listeners.put(handle, names.listen(name(h, A0), caller, access));
    return handle;
  }

  /** a0: handle of a name, a1: 1 for not to wait. Returns the handle of a stream. */
  private long accept(Hart h) throws IpcException {
    StreamListener listener = listeners.get(h.x10);
    if (listener == null) {
      throw new IpcException(Kind.INVALID, "no handle of a name");
    }
    return add(listener.accept(h.x11 != NO_WAIT));
  }

  /** a0: key. Returns a handle; what is sent waits until the other side accepts. */
  private long connect(Hart h) throws IpcException {
    return add(names.connect(name(h, A0), caller));
  }

  private long add(CpStream stream) {
    long handle = nextHandle.getAndIncrement();
    streams.put(handle, stream);
    return handle;
  }

  private CpStream stream(Hart h) throws IpcException {
    CpStream stream = streams.get(h.x10);
    if (stream == null) {
      throw new IpcException(Kind.INVALID, "no handle of a stream");
    }
    return stream;
  }

  /**
   * a0: handle, a1: address, a2: bytes, a3: 1 for not to wait. Returns how many were sent: all of
   * them when it waits, unless the stream ends.
   */
  private long send(Hart h) throws IpcException {
    CpStream stream = stream(h);
    CallerPointer from = CallerPointer.of(h, A1);
    from.requireReadable(h.x12);
    return stream.send(from.address(), h.x12, h.x13 != NO_WAIT);
  }

  /** a0: handle, a1: address, a2: bytes. Returns how many came, at least 1; 0 at the end. */
  private long receive(Hart h) throws IpcException {
    CpStream stream = stream(h);
    CallerPointer to = CallerPointer.of(h, A1);
    to.requireWritable(h.x12);
    return stream.receive(to.address(), h.x12);
  }

  /**
   * a0: handle, a1: address, a2: bytes. What comes is put there from now on, until cp_stream_take
   * says how much it was.
   */
  private long offer(Hart h) throws IpcException {
    CpStream stream = stream(h);
    CallerPointer to = CallerPointer.of(h, A1);
    to.requireWritable(h.x12);
    stream.offer(to.address(), h.x12);
    return 0;
  }

  /**
   * a0: handle, a1: events, 1 for readable and 4 for writable, a2: nanoseconds at most, or -1.
   * Returns those that are there.
   */
  private long poll(Hart h) throws IpcException {
    return stream(h).poll((int) h.x11, h.x12);
  }

  /** a0: handle. Nothing more will be sent; the other side still may. */
  private long finish(Hart h) throws IpcException {
    stream(h).finish();
    return 0;
  }

  /** a0: handle, of a name or a stream. */
  private long close(Hart h) throws IpcException {
    StreamListener listener = listeners.remove(h.x10);
    if (listener != null) {
      listener.close();
      return 0;
    }
    stream(h).close();
    streams.remove(h.x10);
    return 0;
  }
}
