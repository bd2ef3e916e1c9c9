package org.capvm.intravisor.hostcall;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.capvm.intravisor.event.HostcallEvent;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.HostcallServer;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The hostcalls of bare programs by number, as the original Intravisor numbers them: the number is
 * in t5, arguments in a0 to a7, the result, or a negative error number, in a0. Pointers are checked
 * against the caller's authority. A class for each family adds its calls.
 */
public final class HostcallTable {
  private static final int LIMIT = 1024;

  private final Hostcall[] calls = new Hostcall[LIMIT];
  private final AtomicLongArray counts = new AtomicLongArray(LIMIT);
  private String cvm = "";
  private HostcallTrace trace;
  private HostcallServer server;
  private Participant caller;

  /**
   * Says who makes the calls.
   *
   * @param name of the cVM
   * @param shownBy shows them, or null
   */
  public void observe(String name, HostcallTrace shownBy) {
    cvm = name;
    trace = shownBy;
  }

  /**
   * Says who serves the calls before they are carried out here, but for those that a cVM has to do
   * with as a server itself.
   *
   * @param cvm the one that makes the calls
   */
  public void setServer(HostcallServer outer, Participant cvm) {
    server = outer;
    caller = cvm;
  }

  /** Adds a call before the first one is made. */
  public void add(Hostcall call) {
    if (calls[call.number()] != null) {
      throw new IllegalStateException("two hostcalls of number " + call.number());
    }
    calls[call.number()] = call;
  }

  /** Adds a call before the first one is made. */
  public void add(int number, String name, Hostcall.Handler handler, Argument... arguments) {
    add(new Hostcall(number, name, false, handler, List.of(arguments)));
  }

  /**
   * Carries out the call that a hart asks for.
   *
   * @return ENOSYS for a number that is not in the table, EFAULT for a pointer to what the caller
   *     may not access
   */
  public long call(Hart h) {
    long number = h.x30;
    if (number < 0 || number >= LIMIT || calls[(int) number] == null) {
      return server == null ? Errno.ENOSYS : server.ask(h, caller).orElse(Errno.ENOSYS);
    }
    counts.incrementAndGet((int) number);
    Hostcall call = calls[(int) number];
    HostcallEvent event = HostcallEvent.ifRecorded();
    if (event == null && trace == null) {
      return answer(call, h);
    }
    return answerObserved(call, h, event);
  }

  private long answer(Hostcall call, Hart h) {
    try {
      if (server != null && !call.isOfServers()) {
        OptionalLong served = server.ask(h, caller);
        if (served.isPresent()) {
          return served.getAsLong();
        }
      }
      return call.handler().call(h);
    } catch (MemoryFault | CapabilityFault e) {
      return Errno.EFAULT;
    }
  }

  /** Calls that do not return, as of a thread that ends, are shown, and not recorded. */
  private long answerObserved(Hostcall call, Hart h, HostcallEvent event) {
    long thread = BareThread.of(h).id();
    String shown = trace == null ? null : trace.enter(h, call);
    long result = answer(call, h);
    if (event != null) {
      event.end(cvm, thread, call.number(), call.name(), result);
    }
    if (shown != null) {
      trace.leave(h, shown, result);
    }
    return result;
  }

  /** Whether the call that a hart asks for may run another hart on the same Java thread. */
  public boolean nests(Hart h) {
    long number = h.x30;
    return server != null
        || number >= 0
            && number < LIMIT
            && calls[(int) number] != null
            && calls[(int) number].nests();
  }

  /** All calls, by number. */
  public List<Hostcall> all() {
    return Arrays.stream(calls).filter(Objects::nonNull).toList();
  }

  /** How often each call was made, by name. */
  public Map<String, Long> counts() {
    Map<String, Long> result = new TreeMap<>();
    for (Hostcall call : calls) {
      if (call != null && counts.get(call.number()) != 0) {
        result.put(call.name(), counts.get(call.number()));
      }
    }
    return result;
  }
}
