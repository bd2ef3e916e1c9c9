package org.capvm.intravisor.kernel.host.signal;

/** Signal numbers of Linux on riscv64 (asm-generic/signal.h), their sets and default actions. */
public final class Signals {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGILL = 4;
  public static final int SIGTRAP = 5;
  public static final int SIGABRT = 6;
  public static final int SIGBUS = 7;
  public static final int SIGFPE = 8;
  public static final int SIGKILL = 9;
  public static final int SIGUSR1 = 10;
  public static final int SIGSEGV = 11;
  public static final int SIGUSR2 = 12;
  public static final int SIGPIPE = 13;
  public static final int SIGALRM = 14;
  public static final int SIGTERM = 15;
  public static final int SIGCHLD = 17;
  public static final int SIGCONT = 18;
  public static final int SIGSTOP = 19;
  public static final int SIGTSTP = 20;
  public static final int SIGTTIN = 21;
  public static final int SIGTTOU = 22;
  public static final int SIGURG = 23;
  public static final int SIGXCPU = 24;
  public static final int SIGXFSZ = 25;
  public static final int SIGVTALRM = 26;
  public static final int SIGPROF = 27;
  public static final int SIGWINCH = 28;
  public static final int SIGSYS = 31;

  /** First real-time signal: from here on several instances queue. */
  public static final int SIGRTMIN = 32;

  /** Highest signal number. */
  public static final int COUNT = 64;

  /** Signals that can be neither blocked, caught nor ignored. */
  public static final long UNBLOCKABLE = set(SIGKILL) | set(SIGSTOP);

  /** Signals that stop the process by default. */
  public static final long STOPPING = set(SIGSTOP) | set(SIGTSTP) | set(SIGTTIN) | set(SIGTTOU);

  /** Signals that an instruction raises; they are delivered before all others. */
  public static final long SYNCHRONOUS =
      set(SIGSEGV) | set(SIGBUS) | set(SIGILL) | set(SIGTRAP) | set(SIGFPE) | set(SIGSYS);

  private static final long IGNORED_BY_DEFAULT =
      set(SIGCONT) | set(SIGCHLD) | set(SIGWINCH) | set(SIGURG);

  /** What happens to a process that did not say what to do with a signal. */
  public enum DefaultAction {
    TERMINATE,
    IGNORE,
    STOP
  }

  private Signals() {}

  /** Whether a number names a signal, 1 to {@link #COUNT}. */
  public static boolean valid(long number) {
    return number >= 1 && number <= COUNT;
  }

  /** The set that holds one signal: bit {@code number - 1}, as in the kernel's sigset_t. */
  public static long set(int number) {
    return 1L << (number - 1);
  }

  /** Whether a set holds a signal. */
  public static boolean contains(long set, int number) {
    return (set & set(number)) != 0;
  }

  /** The default action; a core dump counts as termination. */
  public static DefaultAction defaultAction(int number) {
    if (contains(IGNORED_BY_DEFAULT, number)) {
      return DefaultAction.IGNORE;
    }
    return contains(STOPPING, number) ? DefaultAction.STOP : DefaultAction.TERMINATE;
  }

  /** The signal that a set delivers first: synchronous ones, then the lowest number; 0 if empty. */
  public static int first(long set) {
    long candidates = (set & SYNCHRONOUS) != 0 ? set & SYNCHRONOUS : set;
    return candidates == 0 ? 0 : Long.numberOfTrailingZeros(candidates) + 1;
  }
}
