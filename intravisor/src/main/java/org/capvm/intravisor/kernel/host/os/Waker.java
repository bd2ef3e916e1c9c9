package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Wakes one guest thread wherever it waits: parked in Java (futexes, sleeps) or in a host call.
 *
 * <p>The waiting side tests its condition after it announced the wait; the waking side changes the
 * condition before it calls {@link #wake}. A wake-up is then never lost; it may be spurious.
 */
public final class Waker implements AutoCloseable {
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;

  private volatile Thread thread;
  private volatile boolean inHostCall;
  private boolean written;
  private int eventDescriptor = -1;

  /** Eight bytes of native memory: what is written to and read from the event descriptor. */
  private final MemorySegment counter = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

  private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1);

  /** Makes the calling thread the one to wake. */
  public void attach() {
    thread = Thread.currentThread();
  }

  /** Ends the wait of the thread, or its next one. Any thread calls this. */
  public synchronized void wake() {
    if (inHostCall && !written) {
      HostSystem.call(HostNumbers.WRITE, eventDescriptor, one.address(), 8);
      written = true;
    }
    LockSupport.unpark(thread);
  }

  /**
   * Parks until {@link #wake} or a deadline of {@link System#nanoTime}; may return early.
   *
   * @param deadline in nanoseconds, {@link Long#MAX_VALUE} for none
   */
  public void park(long deadline) {
    if (deadline == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      long left = deadline - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  /**
   * Announces a wait in a host call and returns the descriptor that becomes readable on {@link
   * #wake}. Followed by the test of the condition, the host call, and {@link #endHostCall}.
   *
   * @return the descriptor, or a negative error number when the host has none left
   */
  public synchronized int beginHostCall() {
    if (eventDescriptor < 0) {
      long fd = HostSystem.call(HostNumbers.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK);
      if (fd < 0) {
        return (int) fd;
      }
      eventDescriptor = (int) fd;
    }
    inHostCall = true;
    return eventDescriptor;
  }

  /** Ends a wait in a host call. */
  public synchronized void endHostCall() {
    inHostCall = false;
    if (written) {
      HostSystem.call(HostNumbers.READ, eventDescriptor, counter.address(), 8);
      written = false;
    }
  }

  /** Gives the descriptor back; later calls of {@link #wake} only unpark. */
  @Override
  public synchronized void close() {
    if (eventDescriptor >= 0) {
      HostSystem.call(HostNumbers.CLOSE, eventDescriptor);
      eventDescriptor = -1;
      inHostCall = false;
    }
  }
}
