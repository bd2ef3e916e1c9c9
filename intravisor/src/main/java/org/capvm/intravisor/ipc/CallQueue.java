package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/**
 * A function whose cVM carries it out on threads of its own, as programs of the {@code host} kernel
 * do: they take calls in the order in which those came, and answer in any order.
 */
public final class CallQueue implements Callee, AutoCloseable {
  /** Bytes of a call: as many as bare cVMs of 64 MiB take. */
  public static final int LARGEST_BUFFER = 128 << 10;

  /** Calls that wait or were taken: as many as bare cVMs have threads for. */
  private static final int MOST = 63;

  /**
   * A call that a thread of the callee carries out.
   *
   * @param number by which it is answered
   */
  public record Taken(long number, CallArguments arguments) {}

  private record Pending(CallArguments arguments, StartedCall call) {}

  private final ReadinessObserver observer;

  // Guarded by this.
  private final SequencedMap<Long, Pending> waiting = new LinkedHashMap<>();
  private final Map<Long, Pending> taken = new HashMap<>();
  private long nextNumber = 1;
  private boolean closed;

  /**
   * @param observer is told whether who takes would have to wait
   */
  public CallQueue(ReadinessObserver observer) {
    this.observer = observer;
  }

  @Override
  public long call(Hart caller, CallArguments arguments, long nanoseconds) throws IpcException {
    CallBuffer buffer = arguments.buffer();
    requireSize(buffer);
    StartedCall call = new StartedCall(buffer.contents());
    start(arguments.with(call), call);
    try {
      long result = call.await(arguments.caller(), nanoseconds);
      buffer.reply(call.contents());
      return result;
    } catch (MemoryFault e) {
      throw new IpcException(Kind.NO_RESULT, "the caller's buffer was taken from it");
    } finally {
      forget(call);
    }
  }

  private static void requireSize(CallBuffer buffer) throws IpcException {
    if (buffer.size() > LARGEST_BUFFER) {
      throw new IpcException(Kind.TOO_LARGE, "a buffer has " + LARGEST_BUFFER + " bytes at most");
    }
  }

  /** Nobody waits for a call any more: it is not begun, or its result is dropped. */
  private synchronized void forget(StartedCall call) {
    waiting.values().removeIf(pending -> pending.call() == call);
    show();
  }

  @Override
  public synchronized void start(CallArguments arguments, StartedCall call) throws IpcException {
    requireSize(arguments.buffer());
    if (closed) {
      throw new IpcException(Kind.GONE, "nobody serves the function any more");
    }
    // Nobody has more than it leaves to others, as of the service threads of bare cVMs.
    Predicate<Pending> own = pending -> pending.arguments().caller() == arguments.caller();
    if (pending().filter(own).count() >= MOST - pending().count()) {
      throw new IpcException(Kind.WOULD_BLOCK, "the callee has too many calls");
    }
    waiting.put(nextNumber++, new Pending(arguments, call));
    show();
  }

  private Stream<Pending> pending() {
    return Stream.concat(waiting.values().stream(), taken.values().stream());
  }

  private void show() {
    observer.changed(
        closed ? Readiness.OVER : waiting.isEmpty() ? Readiness.NOT_YET : Readiness.READY);
  }

  /**
   * Takes the call that has waited longest.
   *
   * @param room bytes that it may have
   * @return nothing when nobody calls any more
   * @throws IpcException when there is none yet, or it has more bytes
   */
  public synchronized Optional<Taken> take(long room) throws IpcException {
    if (closed) {
      return Optional.empty();
    }
    Map.Entry<Long, Pending> first = waiting.firstEntry();
    if (first == null) {
      throw new IpcException(Kind.WOULD_BLOCK, "nobody calls");
    }
    if (first.getValue().arguments().buffer().size() > room) {
      throw new IpcException(Kind.TOO_LARGE, "the call has more bytes");
    }
    waiting.pollFirstEntry();
    taken.put(first.getKey(), first.getValue());
    show();
    return Optional.of(new Taken(first.getKey(), first.getValue().arguments()));
  }

  /**
   * Answers a call that was taken.
   *
   * @param reply what the function has made of the first bytes
   * @throws IpcException when there is no such call, or it has fewer bytes
   */
  public synchronized void answer(long number, long result, byte[] reply) throws IpcException {
    Pending pending = taken.get(number);
    if (pending == null || reply.length > pending.call().size()) {
      throw new IpcException(Kind.INVALID, "no such call, or it has fewer bytes");
    }
    taken.remove(number);
    pending.call().reply(MemorySegment.ofArray(reply));
    pending.call().succeed(result);
  }

  /** No call is carried out any more. */
  @Override
  public synchronized void close() {
    closed = true;
    IpcException gone = new IpcException(Kind.GONE, "nobody serves the function any more");
    pending().forEach(pending -> pending.call().fail(gone));
    waiting.clear();
    taken.clear();
    show();
  }
}
