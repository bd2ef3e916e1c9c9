package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Calls of the host's kernel with Java arguments. Results are values or negative errors.
 *
 * <p>Calls that the host interrupts are repeated: the JVM's own signals are no business of guests.
 */
public final class Host {
  public static final int POLLIN = 1;
  public static final int POLLOUT = 4;

  private static final long NANOS = 1_000_000_000L;

  private Host() {}

  /** The host's number of the calling thread. */
  public static int threadNumber() {
    return (int) HostSystem.call(HostNumbers.GETTID);
  }

  public static long close(int descriptor) {
    return HostSystem.call(HostNumbers.CLOSE, descriptor);
  }

  /**
   * Waits until a descriptor is ready.
   *
   * @param wakeDescriptor ends the wait when it becomes readable
   * @param deadline of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
   * @return the events that are ready, 0 after the deadline, {@link Errno#RESTART} when only the
   *     wake descriptor is ready, or another error
   */
  public static long await(int descriptor, int events, int wakeDescriptor, long deadline) {
    MemorySegment scratch = Scratch.get().memory();
    while (true) {
      scratch.set(ValueLayout.JAVA_INT, 0, descriptor);
      scratch.set(ValueLayout.JAVA_INT, 4, events & 0xffff);
      scratch.set(ValueLayout.JAVA_INT, 8, wakeDescriptor);
      scratch.set(ValueLayout.JAVA_INT, 12, POLLIN);
      long timeout = 0;
      if (deadline != Long.MAX_VALUE) {
        long left = Math.max(0, deadline - System.nanoTime());
        scratch.set(ValueLayout.JAVA_LONG, 16, left / NANOS);
        scratch.set(ValueLayout.JAVA_LONG, 24, left % NANOS);
        timeout = scratch.address() + 16;
      }
      long n = HostSystem.call(HostNumbers.PPOLL, scratch.address(), 2, timeout, 0, 8);
      if (n == Errno.EINTR) {
        continue;
      }
      if (n < 0) {
        return n;
      }
      int ready = scratch.get(ValueLayout.JAVA_SHORT, 6) & 0xffff;
      if (ready != 0) {
        return ready;
      }
      return n == 0 ? 0 : Errno.RESTART;
    }
  }
}
