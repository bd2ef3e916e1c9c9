package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.capability.Capability;

/**
 * An alternate signal stack, see sigaltstack(2).
 *
 * @param base lowest guest address
 * @param size in bytes
 * @param autoDisarm whether the stack is forgotten while a handler runs on it (SS_AUTODISARM)
 * @param authority by which frames are stored there; NULL in programs without capabilities
 */
public record SignalStack(long base, long size, boolean autoDisarm, Capability authority) {
  public static final int SS_ONSTACK = 1;
  public static final int SS_DISABLE = 2;
  public static final int SS_AUTODISARM = 1 << 31;

  /** Smallest size the kernel accepts on riscv64, in bytes. */
  public static final long MINIMUM = 2048;

  /** No alternate stack. */
  public static final SignalStack NONE = new SignalStack(0, 0, false);

  public SignalStack(long base, long size, boolean autoDisarm) {
    this(base, size, autoDisarm, Capability.NULL);
  }

  /** The same with the authority by which frames are stored there. */
  public SignalStack under(Capability by) {
    return new SignalStack(base, size, autoDisarm, by);
  }

  public boolean disabled() {
    return size == 0;
  }

  /** Whether the stack pointer is inside; an auto-disarmed stack never counts as in use. */
  public boolean inUse(long sp) {
    return !autoDisarm && contains(sp);
  }

  boolean contains(long sp) {
    return Long.compareUnsigned(sp, base) > 0 && Long.compareUnsigned(sp - base, size) <= 0;
  }

  /** The ss_flags that sigaltstack reports for a stack pointer. */
  public int flags(long sp) {
    int mode = autoDisarm ? SS_AUTODISARM : 0;
    if (disabled()) {
      return mode | SS_DISABLE;
    }
    return mode | (inUse(sp) ? SS_ONSTACK : 0);
  }
}
