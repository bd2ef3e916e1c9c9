package org.capvm.intravisor.kernel.none.thread;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.Deadlines;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.StartedCall;
import org.capvm.runtime.memory.MemoryFault;

/**
 * One call of a function: who waits for it, and who carries it out. It ends once: when the function
 * does, or, for the caller, when the caller leaves it before that.
 */
final class Activation {
  /** A field instead of an object for each call. */
  private static final VarHandle CLOSED = closedHandle();

  private final BareThread caller;
  private final ServiceThread service;
  private final CallArguments arguments;
  private final StartedCall started;
  private final long deadline;

  /** Set once, which decides who ends it. */
  @SuppressWarnings("unused") // By its handle.
  private volatile boolean closed;

  /** Whether the hostcall that the function serves is to be carried out by somebody else. */
  private volatile boolean passedOn;

  private Activation(
      BareThread caller,
      ServiceThread service,
      CallArguments arguments,
      StartedCall started,
      long deadline) {
    this.caller = caller;
    this.service = service;
    this.arguments = arguments;
    this.started = started;
    this.deadline = deadline;
  }

  private static VarHandle closedHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Activation.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A call that a thread waits for. */
  static Activation waitedFor(
      BareThread caller, ServiceThread service, CallArguments arguments, long deadline) {
    return new Activation(caller, service, arguments, null, deadline);
  }

  /** A call with a Java thread of its own. */
  static Activation started(ServiceThread service, CallArguments arguments, StartedCall call) {
    return new Activation(null, service, arguments, call, Deadlines.NEVER);
  }

  /** The thread that waits for it, or null. */
  BareThread caller() {
    return caller;
  }

  ServiceThread service() {
    return service;
  }

  CallArguments arguments() {
    return arguments;
  }

  /** The hostcall that the function serves goes on to who is asked behind it. */
  void passOn() {
    passedOn = true;
  }

  /** Whether {@link #passOn} was called. */
  boolean isPassedOn() {
    return passedOn;
  }

  /** As {@link Deadlines} counts; none when it has ended. */
  long deadline() {
    return closed ? Deadlines.NEVER : deadline;
  }

  boolean isClosed() {
    return closed;
  }

  private boolean close() {
    return CLOSED.compareAndSet(this, false, true);
  }

  /**
   * The function has ended: gives the caller what it has made of the buffer, and the service thread
   * back to its cVM.
   *
   * @param arrived whether it returned to where it was called from
   * @return its result
   * @throws IpcException when there is none
   * @throws CallLeft when the caller has left the call, and so nobody waits for a result
   */
  long end(boolean arrived) throws IpcException {
    boolean waitedFor = close();
    boolean returned = arrived || service.hasReturned();
    long result = service.hart().x10;
    Services services = service.threads().services();
    boolean replied = !(returned && waitedFor) || reply(services);
    services.release(service);
    if (!waitedFor) {
      throw CallLeft.INSTANCE;
    }
    if (caller != null) {
      caller.setOutgoing(null);
    }
    if (!returned) {
      throw failure();
    }
    if (!replied) {
      throw new IpcException(Kind.NO_RESULT, "the caller's buffer was taken from it");
    }
    return result;
  }

  /** False when the caller may not write its buffer any more, as one of a file that was revoked. */
  private boolean reply(Services services) {
    try {
      services.reply(service);
      return true;
    } catch (MemoryFault e) {
      return false;
    }
  }

  private IpcException failure() {
    return service.threads().isEnding()
        ? new IpcException(Kind.GONE, "the cVM of the function has ended")
        : new IpcException(Kind.NO_RESULT, "the function has ended without a result");
  }

  /** As {@link #end}, of a call that nobody waits for. */
  void endStarted(boolean arrived) {
    try {
      started.succeed(end(arrived));
    } catch (IpcException e) {
      started.fail(e);
    }
  }

  /**
   * The caller goes on without a result. The Java thread, which is in the function, stays there;
   * the caller, and whoever waits for the caller, get another. Any thread calls this, without a
   * lock of a cVM.
   */
  void leave(Kind reason) {
    if (caller != null && close()) {
      service.takeOver(carrier());
      caller.setOutgoing(null);
      CallersThread.start(caller, new IpcException(reason, "the caller has left").errorNumber());
    }
  }

  /** Which of those that wait the Java thread belongs to. */
  private BareThread carrier() {
    Activation call = this;
    while (call.caller instanceof ServiceThread waiting) {
      Activation below = waiting.incoming();
      if (below == null || below.caller == null || below.isClosed()) {
        break;
      }
      call = below;
    }
    return call.caller;
  }
}
