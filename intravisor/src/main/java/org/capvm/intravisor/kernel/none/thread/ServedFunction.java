package org.capvm.intravisor.kernel.none.thread;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.CallBuffer;
import org.capvm.intravisor.ipc.Callee;
import org.capvm.intravisor.ipc.Deadlines;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.StartedCall;
import org.capvm.runtime.hart.Hart;

/**
 * A function of a bare cVM that others call. The caller's Java thread itself runs it, on a hart of
 * the callee with the authority of who published it: handing the call to another Java thread and
 * back would cost microseconds. Nothing of one hart's registers is in the other's.
 */
public final class ServedFunction implements Callee {
  /** Calls that wait for each other in a chain; each takes some KiB of the Java stack. */
  private static final int DEEPEST = 64;

  /** The hostcall that does not return. */
  private static final int THREAD_EXIT = 13;

  private final BareThreads threads;
  private final ThreadStart entry;
  private final boolean handler;

  /**
   * @param threads of the cVM that has it
   * @param entry the function and its authority, and the cookie as its argument
   */
  public ServedFunction(BareThreads threads, ThreadStart entry) {
    this(threads, entry, false);
  }

  private ServedFunction(BareThreads threads, ThreadStart entry, boolean handler) {
    this.threads = threads;
    this.entry = entry;
    this.handler = handler;
    threads.harts().share();
  }

  /** A function that serves hostcalls of other cVMs. */
  public static ServedFunction handler(BareThreads threads, ThreadStart entry) {
    return new ServedFunction(threads, entry, true);
  }

  /** A function that is no handler finds its arguments only. */
  private static void nothingElse(Hart h) {}

  /** Whether it serves hostcalls. */
  boolean isHandler() {
    return handler;
  }

  ThreadStart entry() {
    return entry;
  }

  @Override
  public long call(Hart h, CallArguments arguments, long nanoseconds) throws IpcException {
    BareThread caller = BareThread.of(h);
    Activation call = begin(caller, arguments, nanoseconds, ServedFunction::nothingElse);
    return run(caller, call);
  }

  /**
   * Lets a handler serve a hostcall, for as long as it takes.
   *
   * @param h the hart that makes it
   * @param cvm of that hart
   * @param registers what the handler finds in them
   * @return the result; nothing when the handler passes the hostcall on, as it always does with one
   *     that ends the thread
   * @throws IpcException when there is no result
   */
  OptionalLong serve(Hart h, Participant cvm, Consumer<Hart> registers) throws IpcException {
    BareThread caller = BareThread.of(h);
    CallArguments none = new CallArguments(cvm, 0, 0, 0, CallBuffer.NONE);
    Activation call = begin(caller, none, Participant.FOR_EVER, registers);
    if (isExit(h)) {
      call.passOn();
    }
    long result = run(caller, call);
    return call.isPassedOn() ? OptionalLong.empty() : OptionalLong.of(result);
  }

  /** Whether a hart asks for the end of its thread. */
  static boolean isExit(Hart h) {
    return h.x30 == THREAD_EXIT;
  }

  private Activation begin(
      BareThread caller, CallArguments arguments, long nanoseconds, Consumer<Hart> registers)
      throws IpcException {
    if (caller.depth() >= DEEPEST) {
      throw new IpcException(Kind.TOO_DEEP, "too many calls wait for each other");
    }
    ServiceThread service = threads.services().take(this, arguments, registers);
    Activation call = Activation.waitedFor(caller, service, arguments, Deadlines.in(nanoseconds));
    service.begin(call, caller.depth() + 1);
    caller.setOutgoing(call);
    return call;
  }

  private long run(BareThread caller, Activation call) throws IpcException {
    if (caller.threads().isEnding()) {
      // Who ended it may not have seen the call. The caller ends when it is back in its code.
      return call.end(false);
    }
    if (call.deadline() != Deadlines.NEVER) {
      threads.deadlines().watch(call.deadline());
    }
    return call.end(threads.runCall(call.service()));
  }

  @Override
  public void start(CallArguments arguments, StartedCall started) throws IpcException {
    ServiceThread service = threads.services().take(this, arguments, ServedFunction::nothingElse);
    Activation call = Activation.started(service, arguments, started);
    service.begin(call, 1);
    Thread java = threads.newJavaThread(() -> run(service, call), "call");
    try {
      java.start();
    } catch (OutOfMemoryError e) {
      threads.services().release(service);
      throw new IpcException(Kind.NO_MEMORY, "the host has no more threads");
    }
  }

  private void run(ServiceThread service, Activation call) {
    service.attach();
    try {
      call.endStarted(threads.runCall(service));
    } catch (CallLeft e) {
      // The rest of the call goes on elsewhere.
    }
  }
}
