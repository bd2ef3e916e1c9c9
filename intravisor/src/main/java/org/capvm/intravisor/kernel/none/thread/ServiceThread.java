package org.capvm.intravisor.kernel.none.thread;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;

/**
 * A thread of a cVM that carries out calls of its functions, one after the other: a hart and a
 * stack, run by the Java thread of the caller.
 */
public final class ServiceThread extends BareThread {
  private final AtomicBoolean busy = new AtomicBoolean(true);
  private ServedFunction last;
  private Capability buffer = Capability.NULL;
  private volatile Activation incoming;
  private int depth;
  private boolean returned;

  ServiceThread(BareThreads threads, Hart hart) {
    super(
        threads,
        hart,
        _ -> {
          throw new IllegalStateException("a service thread runs functions only");
        });
    detached = true;
  }

  /** Takes it for a call or for its end; false when another has it. */
  boolean tryTake() {
    return !busy.get() && busy.compareAndSet(false, true);
  }

  boolean isBusy() {
    return busy.get();
  }

  /** It carries out no call any more. */
  void free() {
    incoming = null;
    busy.set(false);
  }

  /** The function whose frames are on its stack, or null. */
  ServedFunction last() {
    return last;
  }

  void setLast(ServedFunction function) {
    last = function;
  }

  /** Where the copy of the caller's bytes lies, and nothing else; NULL where there are none. */
  public Capability buffer() {
    return buffer;
  }

  void setBuffer(Capability room) {
    buffer = room;
  }

  /** The call that it carries out, or null. */
  Activation incoming() {
    return incoming;
  }

  void begin(Activation call, int callsBelow) {
    depth = callsBelow;
    returned = false;
    incoming = call;
  }

  @Override
  int depth() {
    return depth;
  }

  @Override
  public Optional<ServiceThread> asService() {
    return Optional.of(this);
  }

  /** The name of the cVM that calls. */
  public String callingCvm() {
    return incoming.arguments().caller().name();
  }

  /**
   * The hart that made the hostcall which this thread serves, if it serves one that is still waited
   * for. It stays in its kernel until the function returns, unless its cVM ends.
   */
  public Optional<Hart> servedHart() {
    Activation call = incoming;
    return call == null || !last.isHandler() || call.isClosed()
        ? Optional.empty()
        : Optional.of(call.caller().hart());
  }

  /** The hostcall that this thread serves is carried out by who is asked behind it. */
  public void passOn() {
    incoming.passOn();
  }

  /** How many bytes the caller gave. */
  public long bufferSize() {
    return incoming.arguments().buffer().size();
  }

  /** What the function's publisher wants it to be told. */
  public long cookie() {
    return last.entry().argument();
  }

  /**
   * The function returns a0.
   *
   * @throws HartExit always
   */
  public HartExit returnFromCall() {
    returned = true;
    throw HartExit.INSTANCE;
  }

  boolean hasReturned() {
    return returned;
  }
}
