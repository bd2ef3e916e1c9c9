package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.FUNCTION;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.Thing.KEY;
import static org.capvm.intravisor.hostcall.Argument.Thing.THREAD;
import static org.capvm.intravisor.hostcall.Argument.UNUSED;
import static org.capvm.intravisor.hostcall.Argument.VALUE;
import static org.capvm.intravisor.hostcall.Argument.handle;

import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.intravisor.kernel.none.thread.ThreadLocals;
import org.capvm.intravisor.kernel.none.thread.ThreadStart;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;

/** Threads and their values of thread-local keys. */
public final class ThreadCalls {
  private static final int A1 = 11;

  private ThreadCalls() {}

  /** Adds the calls. */
  public static void addTo(HostcallTable table, BareThreads threads) {
    table.add(11, "thread_create", h -> threads.create(ThreadStart.of(h)), FUNCTION, VALUE);
    table.add(12, "thread_detach", h -> threads.detach(h.x10), handle(THREAD));
    table.add(
        13,
        "thread_exit",
        h -> {
          throw threads.exit(BareThread.of(h), (int) h.x10 & 0xff);
        },
        INTEGER);
    table.add(14, "thread_join", h -> threads.join(BareThread.of(h), h.x10), handle(THREAD));
    table.add(15, "thread_self", h -> BareThread.of(h).id());
    table.add(16, "thread_equal", h -> h.x10 == h.x11 ? 1 : 0, INTEGER, INTEGER);

    // Destructors are not called, and a key that is none has the value 0.
    ThreadLocals locals = new ThreadLocals(threads);
    table.add(17, "tls_alloc", h -> locals.allocate(), UNUSED);
    table.add(18, "tls_free", h -> locals.free(h.x10), handle(KEY));
    table.add(
        19, "tls_set", h -> locals.set(BareThread.of(h), h.x10, value(h)), handle(KEY), VALUE);
    table.add(20, "tls_get", h -> get(locals, h), INTEGER);
    table.add(31, "gettid", h -> BareThread.of(h).id());
  }

  /** a1, a capability where the hart has them. */
  private static Capability value(Hart h) {
    return h.capabilities == null ? Capability.NULL.withAddress(h.x11) : h.capabilities.get(A1);
  }

  private static long get(ThreadLocals locals, Hart h) {
    BareThread caller = BareThread.of(h);
    Capability value = locals.get(caller, h.x10);
    if (h.capabilities != null) {
      caller.setCapabilityResult(value);
    }
    return value.address();
  }
}
