package org.capvm.intravisor.ipc.calls;

import static org.capvm.intravisor.hostcall.Argument.BYTES_BOTH;
import static org.capvm.intravisor.hostcall.Argument.BYTES_OUT;
import static org.capvm.intravisor.hostcall.Argument.CVMS;
import static org.capvm.intravisor.hostcall.Argument.FUNCTION;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;
import static org.capvm.intravisor.hostcall.Argument.NANOSECONDS;
import static org.capvm.intravisor.hostcall.Argument.SLOT;
import static org.capvm.intravisor.hostcall.Argument.UNUSED;
import static org.capvm.intravisor.hostcall.Argument.VALUE;
import static org.capvm.intravisor.hostcall.Argument.handle;
import static org.capvm.intravisor.hostcall.Argument.name;
import static org.capvm.intravisor.hostcall.Argument.newName;
import static org.capvm.intravisor.hostcall.Argument.out;
import static org.capvm.intravisor.hostcall.Argument.outOrNull;
import static org.capvm.intravisor.ipc.calls.Results.A0;
import static org.capvm.intravisor.ipc.calls.Results.A1;
import static org.capvm.intravisor.ipc.calls.Results.A2;
import static org.capvm.intravisor.ipc.calls.Results.A3;
import static org.capvm.intravisor.ipc.calls.Results.A4;
import static org.capvm.intravisor.ipc.calls.Results.call;
import static org.capvm.intravisor.ipc.calls.Results.name;
import static org.capvm.intravisor.ipc.calls.Results.nestingCall;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.event.IpcEvent;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.Argument.Thing;
import org.capvm.intravisor.hostcall.CallerPointer;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.CpCall;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.StartedCall;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.intravisor.kernel.none.thread.ServedFunction;
import org.capvm.intravisor.kernel.none.thread.ServiceThread;
import org.capvm.intravisor.kernel.none.thread.ThreadStart;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.hart.Hart;

/**
 * The hostcalls of CP_Call. 403 and 409 to 414 are the original's; the others are ours. Handles are
 * numbers of the caller's cVM, mean nothing in another, and are never used again.
 *
 * <p>A function finds its cookie in a0, three integers in a1 to a3, the address of the caller's
 * bytes in a4, which is a capability of exactly them, and their number in a5. It returns a0, by
 * returning or by {@code cap_call_exit}. The caller gets that, as from a function; what keeps a
 * call from having a result is an error number of {@link IpcException}.
 */
public final class CallCalls {
  /** In a7 of cp_call and cp_call_start: the function only reads the caller's bytes. */
  private static final long READ_ONLY = 1;

  /** Functions that a cVM has open at a time. */
  private static final int MOST_OPEN = 1024;

  /** Calls that a cVM has started and not collected; each keeps the bytes of its buffer. */
  private static final int MOST_STARTED = 64;

  private static final int A6 = 16;

  private final IpcNamespace names;
  private final Participant caller;
  private final BareThreads threads;
  private final AtomicLong nextHandle = new AtomicLong(1);
  private final Map<Long, CpCall> published = new ConcurrentHashMap<>();
  private final Map<Long, CpCall> opened = new ConcurrentHashMap<>();
  private final Map<Long, StartedCall> started = new ConcurrentHashMap<>();

  /**
   * @param caller the cVM whose harts make the calls
   * @param threads of that cVM
   */
  public CallCalls(IpcNamespace names, Participant caller, BareThreads threads) {
    this.names = names;
    this.caller = caller;
    this.threads = threads;
  }

  /** The calls of one cVM. */
  public List<Hostcall> all() {
    return List.of(
        call(403, "make_call", this::callThread, FUNCTION, VALUE),
        call(409, "cap_stream_adv", this::advertise, FUNCTION, VALUE, newName(Thing.FUNCTION)),
        call(410, "cap_stream_prb", this::open, name(Thing.FUNCTION)),
        nestingCall(
            411, "make_cap_call", this::callWithBuffer, handle(Thing.FUNCTION), BYTES_BOTH, LENGTH),
        call(412, "finish_cap_call", CallCalls::cookie, UNUSED, out(Long.BYTES)),
        call(413, "fetch_cap_call", CallCalls::fetch, UNUSED, SLOT, outOrNull(Long.BYTES)),
        call(414, "cap_call_exit", CallCalls::exit, INTEGER),
        call(440, "cp_call_publish", this::publish, newName(Thing.FUNCTION), FUNCTION, VALUE, CVMS),
        call(441, "cp_call_open", this::open, name(Thing.FUNCTION)),
        nestingCall(
            442,
            "cp_call",
            this::callFunction,
            handle(Thing.FUNCTION),
            INTEGER,
            INTEGER,
            INTEGER,
            BYTES_BOTH,
            LENGTH,
            NANOSECONDS,
            Argument.READ_ONLY),
        call(
            443,
            "cp_call_start",
            this::start,
            handle(Thing.FUNCTION),
            INTEGER,
            INTEGER,
            INTEGER,
            BYTES_BOTH,
            LENGTH,
            UNUSED,
            Argument.READ_ONLY),
        call(
            444,
            "cp_call_collect",
            this::collect,
            handle(Thing.CALL),
            NANOSECONDS,
            BYTES_OUT,
            LENGTH),
        call(445, "cp_call_close", this::close, handle(Thing.FUNCTION)),
        call(446, "cp_call_caller", CallCalls::caller, BYTES_OUT, LENGTH));
  }

  // The callee's side --------------------------------------------------------------------------

  /** a0: function, a1: cookie, a2: key. As cp_call_publish, for every cVM. */
  private long advertise(Hart h) throws IpcException {
    return publish(name(h, A2), AccessList.OPEN, ThreadStart.of(h, A0, A1));
  }

  /**
   * a0: key, a1: function, a2: cookie, a3: names of the cVMs that may call, or 0 for all. The
   * function is called with the caller's PCC and DDC; where a1 is sealed, with the pair of a1 and
   * a4, as by CInvoke. Returns a handle.
   */
  private long publish(Hart h) throws IpcException {
    AccessList access =
        h.x13 == 0 ? AccessList.OPEN : new AccessList(Set.of(), Results.cvms(h, A3));
    boolean pair = h.capabilities != null && ObjectType.isOrdinary(h.capabilities.get(A1).type());
    ThreadStart entry = pair ? ThreadStart.ofPair(h, A1, A4, A2) : ThreadStart.of(h, A1, A2);
    return publish(name(h, A0), access, entry);
  }

  private long publish(String key, AccessList access, ThreadStart entry) throws IpcException {
    CpCall made = names.publish(key, caller, access, new ServedFunction(threads, entry));
    long handle = nextHandle.getAndIncrement();
    published.put(handle, made);
    return handle;
  }

  /** The thread that carries out the call in which a hart makes a hostcall. */
  private static ServiceThread service(Hart h) throws IpcException {
    return BareThread.of(h)
        .asService()
        .orElseThrow(() -> new IpcException(Kind.INVALID, "nobody has called this"));
  }

  /** a1: where the cookie goes, 8 bytes. */
  private static long cookie(Hart h) throws IpcException {
    long cookie = service(h).cookie();
    CallerPointer.of(h, A1).write(MemorySegment.ofArray(new long[] {cookie}));
    return 0;
  }

  /**
   * a1: where the capability of the caller's bytes goes, 16 bytes, aligned, a2: where their number
   * goes, 8 bytes, or 0.
   */
  private static long fetch(Hart h) throws IpcException {
    ServiceThread service = service(h);
    CallerPointer location = CallerPointer.of(h, A1);
    location.requireCapabilityWritable();
    if (h.x12 != 0) {
      CallerPointer.of(h, A2).write(MemorySegment.ofArray(new long[] {service.bufferSize()}));
    }
    location.writeCapability(service.buffer());
    return 0;
  }

  /** a0: result. Ends the call that the thread carries out, or else the thread. */
  private static long exit(Hart h) {
    BareThread thread = BareThread.of(h);
    ServiceThread service = thread.asService().orElse(null);
    if (service == null) {
      throw thread.threads().exit(thread, 0);
    }
    throw service.returnFromCall();
  }

  /**
   * a0: address, a1: bytes there. The name of the cVM that calls, and a NUL; returns its length.
   */
  private static long caller(Hart h) throws IpcException {
    byte[] text = (service(h).callingCvm() + '\0').getBytes(StandardCharsets.UTF_8);
    if (h.x11 < text.length) {
      throw new IpcException(Kind.TOO_LARGE, "a longer name");
    }
    CallerPointer.of(h, A0).write(MemorySegment.ofArray(text));
    return text.length - 1;
  }

  // The caller's side --------------------------------------------------------------------------

  /** a0: function, a1: argument. Calls it on a thread of the own cVM, and waits for its end. */
  private long callThread(Hart h) {
    long thread = threads.create(ThreadStart.of(h));
    return thread < 0 ? thread : threads.join(BareThread.of(h), thread);
  }

  /** a0: key. Returns a handle. */
  private long open(Hart h) throws IpcException {
    requireRoom(opened, MOST_OPEN);
    CpCall function = names.call(name(h, A0), caller);
    long handle = nextHandle.getAndIncrement();
    opened.put(handle, function);
    return handle;
  }

  private static void requireRoom(Map<Long, ?> handles, int most) throws IpcException {
    if (handles.size() >= most) {
      throw new IpcException(Kind.TOO_MANY, "no more handles");
    }
  }

  private CpCall function(long handle) throws IpcException {
    CpCall function = opened.get(handle);
    if (function == null) {
      throw new IpcException(Kind.INVALID, "no handle of a function");
    }
    return function;
  }

  /**
   * a0: handle, a1: address, a2: bytes. As cp_call without integers, and for as long as it takes:
   * when it returns, the function has.
   */
  private long callWithBuffer(Hart h) throws IpcException {
    CallArguments arguments = new CallArguments(caller, 0, 0, 0, CallerBuffer.of(h, A1, false));
    return enter(h, arguments, Participant.FOR_EVER);
  }

  /**
   * a0: handle, a1 to a3: integers, a4: address, a5: bytes, or 0, a6: nanoseconds at most, or -1,
   * a7: 1 when the function only reads the bytes. Returns what the function returns.
   */
  private long callFunction(Hart h) throws IpcException {
    return enter(h, arguments(h), h.x(A6));
  }

  private long enter(Hart h, CallArguments arguments, long nanoseconds) throws IpcException {
    CpCall function = function(h.x10);
    IpcEvent event = IpcEvent.ifRecorded();
    long result = function.callee().call(h, arguments, nanoseconds);
    if (event != null) {
      event.end(caller.name(), "cp_call", function.name(), arguments.buffer().size());
    }
    return result;
  }

  private CallArguments arguments(Hart h) throws IpcException {
    if (h.x17 != 0 && h.x17 != READ_ONLY) {
      throw new IpcException(Kind.INVALID, "neither 0 nor 1");
    }
    return new CallArguments(
        caller, h.x11, h.x12, h.x13, CallerBuffer.of(h, A4, h.x17 == READ_ONLY));
  }

  /**
   * As cp_call, without a6. The function gets the bytes as they are now. Returns the handle of the
   * call, which cp_call_collect takes.
   */
  private long start(Hart h) throws IpcException {
    requireRoom(started, MOST_STARTED);
    CpCall function = function(h.x10);
    CallArguments given = arguments(h);
    long size = given.buffer().size();
    caller.addCallBytes(size);
    boolean begun = false;
    try {
      StartedCall call = new StartedCall(given.buffer().contents());
      function.callee().start(given.with(call), call);
      long handle = nextHandle.getAndIncrement();
      started.put(handle, call);
      begun = true;
      return handle;
    } finally {
      if (!begun) {
        caller.removeCallBytes(size);
      }
    }
  }

  /** Whether there was such a call, which is forgotten. */
  private boolean forget(long handle) {
    StartedCall call = started.remove(handle);
    if (call != null) {
      caller.removeCallBytes(call.size());
    }
    return call != null;
  }

  /**
   * a0: handle of a call, a1: nanoseconds at most, or -1, a2: where the bytes go that the function
   * has made of the caller's, a3: how many of them, or 0. Returns what the function returned; the
   * handle is gone then, but not when the time is up.
   */
  private long collect(Hart h) throws IpcException {
    StartedCall call = started.get(h.x10);
    if (call == null) {
      throw new IpcException(Kind.INVALID, "no handle of a call");
    }
    if (h.x13 < 0 || h.x13 > call.size()) {
      throw new IpcException(Kind.INVALID, "the call has fewer bytes");
    }
    CallerPointer to = CallerPointer.of(h, A2);
    if (h.x13 != 0) {
      to.requireWritable(h.x13);
    }
    long handle = h.x10;
    try {
      long result = call.await(caller, h.x11);
      if (h.x13 != 0) {
        to.write(call.contents().asSlice(0, h.x13));
      }
      return result;
    } finally {
      if (call.hasEnded()) {
        forget(handle);
      }
    }
  }

  /**
   * a0: handle. A function that was published is not called any more; one that was opened is
   * forgotten, and so is a call that was started, which goes on.
   */
  private long close(Hart h) throws IpcException {
    CpCall own = published.remove(h.x10);
    if (own != null) {
      own.close();
    } else if (opened.remove(h.x10) == null && !forget(h.x10)) {
      throw new IpcException(Kind.INVALID, "no handle");
    }
    return 0;
  }
}
