package org.capvm.intravisor.kernel.host.signal;

/**
 * What a process does with a signal: the kernel's struct sigaction.
 *
 * @param handler guest address, or {@link #DEFAULT} or {@link #IGNORE}
 * @param flags SA_ bits
 * @param mask signals blocked while the handler runs
 * @param authority of the handler, in programs with capabilities; null otherwise
 */
public record SignalAction(long handler, long flags, long mask, HandlerAuthority authority) {
  public static final long DEFAULT = 0;
  public static final long IGNORE = 1;

  public static final long SA_NOCLDSTOP = 1;
  public static final long SA_NOCLDWAIT = 2;
  public static final long SA_SIGINFO = 4;
  public static final long SA_ONSTACK = 0x08000000;
  public static final long SA_RESTART = 0x10000000;
  public static final long SA_NODEFER = 0x40000000;
  public static final long SA_RESETHAND = 0x80000000L;

  /** Size of struct sigaction on riscv64 in bytes: handler, flags, mask; there is no restorer. */
  public static final int SIZE = 24;

  /** The state of every signal of a new program. */
  public static final SignalAction INITIAL = new SignalAction(DEFAULT, 0, 0);

  public SignalAction(long handler, long flags, long mask) {
    this(handler, flags, mask, null);
  }

  public boolean has(long flag) {
    return (flags & flag) != 0;
  }

  /** Whether a guest function handles the signal. */
  public boolean caught() {
    return handler != DEFAULT && handler != IGNORE;
  }

  /** Whether the signal has no effect, explicitly or by default. */
  public boolean ignores(int number) {
    return handler == IGNORE
        || handler == DEFAULT && Signals.defaultAction(number) == Signals.DefaultAction.IGNORE;
  }
}
