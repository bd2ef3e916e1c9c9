package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.Window;

/**
 * What a signal tells its receiver: the kernel's siginfo_t.
 *
 * @param number the signal, 1 to 64
 * @param error si_errno
 * @param code si_code: {@link #SI_USER} and its like, or a cause that depends on the signal
 * @param w0 bytes 16 to 23 of siginfo_t: pid and uid, fault address, or timer id and overrun
 * @param w1 bytes 24 to 31: value, or exit status of a child
 * @param w2 bytes 32 to 39: user time of a child
 * @param w3 bytes 40 to 47: system time of a child
 */
public record SignalInfo(int number, int error, int code, long w0, long w1, long w2, long w3) {
  /** Size of siginfo_t in bytes. */
  public static final int SIZE = 128;

  public static final int SI_USER = 0;
  public static final int SI_KERNEL = 0x80;
  public static final int SI_QUEUE = -1;
  public static final int SI_TIMER = -2;
  public static final int SI_TKILL = -6;

  public static final int SEGV_MAPERR = 1;
  public static final int SEGV_ACCERR = 2;

  /** A capability check failed: SEGV_CAPPERMERR's neighbour, unused by Linux on RISC-V. */
  public static final int SEGV_CAPABILITY = 10;

  public static final int BUS_ADRALN = 1;
  public static final int ILL_ILLOPC = 1;
  public static final int TRAP_BRKPT = 1;
  public static final int CLD_EXITED = 1;
  public static final int CLD_KILLED = 2;

  private static long pair(int low, int high) {
    return Integer.toUnsignedLong(low) | (long) high << 32;
  }

  /** From the kernel itself, with nothing to tell. */
  public static SignalInfo kernel(int number) {
    return new SignalInfo(number, 0, SI_KERNEL, 0, 0, 0, 0);
  }

  /** From kill ({@link #SI_USER}) or tgkill ({@link #SI_TKILL}). */
  public static SignalInfo sent(int number, int code, int pid, int uid) {
    return new SignalInfo(number, 0, code, pair(pid, uid), 0, 0, 0);
  }

  /** From an instruction; {@code address} is si_addr. */
  public static SignalInfo fault(int number, int code, long address) {
    return new SignalInfo(number, 0, code, address, 0, 0, 0);
  }

  /** From a timer_create timer; {@code value} is its sigval, {@code overrun} missed expirations. */
  public static SignalInfo timer(int number, int id, long overrun, long value) {
    return new SignalInfo(number, 0, SI_TIMER, pair(id, 0), value, 0, 0).withOverrun(overrun);
  }

  /**
   * SIGCHLD (or another exit signal) for a child.
   *
   * @param status the exit status, or the signal that ended it
   * @param userTime in clock ticks of 10 ms
   * @param systemTime in clock ticks of 10 ms
   */
  public static SignalInfo child(
      int number, int code, int pid, int uid, int status, long userTime, long systemTime) {
    return new SignalInfo(
        number, 0, code, pair(pid, uid), Integer.toUnsignedLong(status), userTime, systemTime);
  }

  /** Sender's process id, where the signal has a sender. */
  public int pid() {
    return (int) w0;
  }

  /** Sender's user id, where the signal has a sender. */
  public int uid() {
    return (int) (w0 >>> 32);
  }

  /** Number of the timer, where the code is {@link #SI_TIMER}. */
  int timer() {
    return (int) w0;
  }

  /** Expirations beyond the one signalled, where the code is {@link #SI_TIMER}. */
  int overrun() {
    return (int) (w0 >>> 32);
  }

  /** The same with another overrun, at most INT_MAX as in Linux. */
  SignalInfo withOverrun(long overrun) {
    int most = (int) Math.min(overrun, Integer.MAX_VALUE);
    return new SignalInfo(number, error, code, pair(timer(), most), w1, w2, w3);
  }

  /**
   * Stores the 128 bytes of siginfo_t.
   *
   * @throws org.capvm.runtime.memory.MemoryFault when they lie outside the window; page permissions
   *     are the caller's business
   */
  public void store(Window w, long address) {
    Memory.storeInt(w, address, number);
    Memory.storeInt(w, address + 4, error);
    Memory.storeInt(w, address + 8, code);
    Memory.storeInt(w, address + 12, 0);
    Memory.storeLong(w, address + 16, w0);
    Memory.storeLong(w, address + 24, w1);
    Memory.storeLong(w, address + 32, w2);
    Memory.storeLong(w, address + 40, w3);
    for (int i = 48; i < SIZE; i += 8) {
      Memory.storeLong(w, address + i, 0);
    }
  }

  /** Reads a siginfo_t as rt_sigqueueinfo passes it; the number comes from the call. */
  public static SignalInfo load(Window w, long address, int number) {
    return new SignalInfo(
        number,
        Memory.loadInt(w, address + 4),
        Memory.loadInt(w, address + 8),
        Memory.loadLong(w, address + 16),
        Memory.loadLong(w, address + 24),
        Memory.loadLong(w, address + 32),
        Memory.loadLong(w, address + 40));
  }
}
