package org.capvm.intravisor.kernel.none.thread;

import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.Callee;
import org.capvm.intravisor.ipc.Deadlines;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
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

  private final BareThreads threads;
  private final ThreadStart entry;

  /**
   * @param threads of the cVM that has it
   * @param entry the function and its authority, and the cookie as its argument
   */
  public ServedFunction(BareThreads threads, ThreadStart entry) {
    this.threads = threads;
    this.entry = entry;
    threads.harts().share();
  }

  ThreadStart entry() {
    return entry;
  }

  @Override
  public long call(Hart h, CallArguments arguments, long nanoseconds) throws IpcException {
    BareThread caller = BareThread.of(h);
    if (caller.depth() >= DEEPEST) {
      throw new IpcException(Kind.TOO_DEEP, "too many calls wait for each other");
    }
    ServiceThread service = threads.services().take(this, arguments);
    Activation call = Activation.waitedFor(caller, service, arguments, Deadlines.in(nanoseconds));
    service.begin(call, caller.depth() + 1);
    caller.setOutgoing(call);
    if (caller.threads().isEnding()) {
      // Who ended it may not have seen the call. The caller ends when it is back in its code.
      return call.end(false);
    }
    if (call.deadline() != Deadlines.NEVER) {
      threads.deadlines().watch(call.deadline());
    }
    return call.end(threads.runCall(service));
  }

  @Override
  public void start(CallArguments arguments, StartedCall started) throws IpcException {
    ServiceThread service = threads.services().take(this, arguments);
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
