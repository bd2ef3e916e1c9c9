package org.capvm.intravisor.kernel.none.thread;

import java.util.OptionalLong;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;

/**
 * Serves the hostcalls of the cVMs that are nested in one, by a function of that one. The function
 * finds the arguments and the number where the caller had them, and in ct2, as in the original, the
 * DDC of a caller in integer mode; in capability mode the arguments are authority enough. It
 * answers, or passes the hostcall on to who serves its own cVM; behind the outermost cVM the
 * Intravisor carries it out, for the caller and with the caller's authority. Passing on means that
 * the function returns first: no thread of its cVM waits while the hostcall does.
 */
public final class HostcallServer {
  private static final int T2 = 7;
  private static final int A0 = 10;
  private static final int A7 = 17;
  private static final int T5 = 30;

  private final ServedFunction handler;
  private final HostcallServer next;

  /**
   * @param handler the function
   * @param next who serves the hostcalls of its cVM, or null for the Intravisor
   */
  public HostcallServer(ServedFunction handler, HostcallServer next) {
    this.handler = handler;
    this.next = next;
  }

  /**
   * Asks for the result of a hostcall.
   *
   * @param h the hart that makes it
   * @param cvm of that hart
   * @return the result, or an error number when the function cannot be called; nothing when the
   *     Intravisor is to carry it out
   */
  public OptionalLong ask(Hart h, Participant cvm) {
    BareThread caller = BareThread.of(h);
    HostcallServer server = this;
    for (int n = 0; n < caller.passedBy() && server != null; n++) {
      server = server.next;
    }
    OptionalLong answer = OptionalLong.empty();
    while (server != null && answer.isEmpty()) {
      answer = server.serve(h, cvm);
      server = server.next;
      caller.setPassedBy(caller.passedBy() + 1);
    }
    caller.setPassedBy(0);
    return answer;
  }

  private OptionalLong serve(Hart h, Participant cvm) {
    try {
      return handler.serve(h, cvm, callee -> pass(h.capabilities, callee.capabilities));
    } catch (IpcException e) {
      // A thread that leaves cannot be kept from it.
      return ServedFunction.isExit(h) ? OptionalLong.empty() : OptionalLong.of(e.errorNumber());
    }
  }

  private static void pass(CapabilityRegisters from, CapabilityRegisters to) {
    for (int n = A0; n <= A7; n++) {
      to.set(n, from.get(n));
    }
    to.set(T5, from.get(T5));
    to.set(T2, from.pccBounds().isCapabilityMode() ? Capability.NULL : from.ddc());
  }
}
