package org.capvm.intravisor.kernel.none.thread;

import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.runtime.hart.Hart;

/**
 * A Java thread on which a caller goes on that has left a call, and behind it those that wait for
 * the caller itself.
 */
final class CallersThread {
  private CallersThread() {}

  /**
   * Lets a thread go on that waited for a call.
   *
   * @param result of its hostcall
   */
  static void start(BareThread caller, long result) {
    Thread java = caller.threads().newJavaThread(() -> run(caller, result), "goes on");
    try {
      java.start();
    } catch (OutOfMemoryError e) {
      giveUp(caller);
    }
  }

  private static void run(BareThread first, long firstResult) {
    BareThread thread = first;
    long result = firstResult;
    boolean passedOn = false;
    root(first).attach();
    try {
      while (thread instanceof ServiceThread service) {
        goOn(service, result, passedOn);
        Activation call = service.incoming();
        boolean arrived = service.threads().runCall(service);
        if (call.caller() == null) {
          call.endStarted(arrived);
          return;
        }
        result = end(call, arrived);
        passedOn = call.isPassedOn();
        thread = call.caller();
      }
    } catch (CallLeft e) {
      // Others go on with what waited for this.
      return;
    }
    goOn(thread, result, passedOn);
    thread.threads().run(thread, thread.body()::goOn);
  }

  /** Behind the hostcall, or at it again, when who was asked last has passed it on. */
  private static void goOn(BareThread thread, long result, boolean passedOn) {
    Harts harts = thread.threads().harts();
    Hart waiting = thread.hart();
    thread.setPassedBy(passedOn ? thread.passedBy() + 1 : 0);
    thread.setHart(passedOn ? harts.repeat(waiting) : harts.goOn(waiting, result));
  }

  private static long end(Activation call, boolean arrived) {
    try {
      return call.end(arrived);
    } catch (IpcException e) {
      return e.errorNumber();
    }
  }

  /** The thread whose Java thread this is: the first of the chain of callers. */
  private static BareThread root(BareThread thread) {
    BareThread root = thread;
    while (root instanceof ServiceThread service) {
      BareThread below = service.incoming().caller();
      if (below == null || service.incoming().isClosed()) {
        break;
      }
      root = below;
    }
    return root;
  }

  /** The host has no thread for them: their cVMs end, as by a crash. */
  private static void giveUp(BareThread first) {
    BareThread thread = first;
    while (thread instanceof ServiceThread service) {
      service.threads().end(GuestSignal.STATUS + GuestSignal.ABORT);
      Activation call = service.incoming();
      if (call.caller() == null) {
        call.endStarted(false);
        return;
      }
      try {
        call.end(false);
      } catch (IpcException e) {
        // The callers end, too.
      } catch (CallLeft e) {
        return;
      }
      thread = call.caller();
    }
    thread.threads().end(GuestSignal.STATUS + GuestSignal.ABORT);
    thread.threads().leave(thread);
  }
}
