package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.BYTES_IN;
import static org.capvm.intravisor.hostcall.Argument.BYTES_OUT;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;
import static org.capvm.intravisor.hostcall.Argument.SLOT;
import static org.capvm.intravisor.hostcall.Argument.VALUE;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.ServiceThread;
import org.capvm.runtime.hart.Hart;

/**
 * What a function asks for that serves the hostcall of a nested cVM; EINVAL for all others. 700 is
 * the original's, the rest is ours.
 *
 * <p>It could load and store itself what the caller points to, since its cVM's bounds cover the
 * caller's. But a pointer may be a wrong one, to the server's own memory or to a page that faults:
 * these calls have the caller's authority over it, and return EFAULT. A server in capability mode
 * passes them a capability, and has whatever authority that gives.
 */
public final class NestingCalls {
  private static final int A0 = 10;
  private static final int A1 = 11;

  private NestingCalls() {}

  /** Adds the calls. */
  public static void addTo(HostcallTable table) {
    table.add(700, "get_my_inner", NestingCalls::authority, SLOT);
    table.add(703, "pass_on", NestingCalls::passOn);
    table.add(704, "inner_read", NestingCalls::read, VALUE, BYTES_OUT, LENGTH);
    table.add(705, "inner_write", NestingCalls::write, VALUE, BYTES_IN, LENGTH);
  }

  /** The hart whose hostcall the caller serves. */
  private static Optional<Hart> served(Hart h) {
    return BareThread.of(h).asService().flatMap(ServiceThread::servedHart);
  }

  /** a0: 16 aligned bytes for the DDC of the hart whose hostcall is served. */
  private static long authority(Hart h) {
    Hart inner = served(h).orElse(null);
    if (inner == null) {
      return Errno.EINVAL;
    }
    CallerPointer.of(h, A0).writeCapability(inner.capabilities.ddc());
    return 0;
  }

  /** When the function returns, the hostcall goes on to who is asked behind its cVM. */
  private static long passOn(Hart h) {
    if (served(h).isEmpty()) {
      return Errno.EINVAL;
    }
    BareThread.of(h).asService().orElseThrow().passOn();
    return 0;
  }

  /**
   * a0: address in the nested cVM, a1: own address to copy to, a2: bytes. Returns how many: all of
   * them.
   */
  private static long read(Hart h) {
    Hart inner = served(h).orElse(null);
    if (inner == null) {
      return Errno.EINVAL;
    }
    MemorySegment bytes =
        CallerPointer.isCapability(h)
            ? CallerPointer.of(h, A0).readable(h.x12)
            : CallerPointer.readableOf(inner, h.x10, h.x12);
    CallerPointer.of(h, A1).write(bytes);
    return h.x12;
  }

  /** As {@link #read}, the other way. */
  private static long write(Hart h) {
    Hart inner = served(h).orElse(null);
    if (inner == null) {
      return Errno.EINVAL;
    }
    MemorySegment bytes = CallerPointer.of(h, A1).readable(h.x12);
    if (CallerPointer.isCapability(h)) {
      CallerPointer.of(h, A0).write(bytes);
    } else {
      CallerPointer.writeOf(inner, h.x10, bytes);
    }
    return h.x12;
  }
}
