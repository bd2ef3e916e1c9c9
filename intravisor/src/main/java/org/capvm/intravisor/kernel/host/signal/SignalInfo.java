package org.capvm.intravisor.kernel.host.signal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.runtime.capability.CapabilityCause;
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

  // A capability check failed: the codes that Linux has for it on processors with CHERI, and
  // debuggers know. Of Linux without CHERI, 10 is SEGV_CPERR, of a shadow stack, which no hart has.

  /** An untagged capability: PROT_CHERI_TAG of CheriBSD. */
  public static final int SEGV_CAPTAGERR = 10;

  /** A sealed one, or one of another type: PROT_CHERI_SEALED, PROT_CHERI_TYPE. */
  public static final int SEGV_CAPSEALEDERR = 11;

  /** An access outside of the bounds: PROT_CHERI_BOUNDS. */
  public static final int SEGV_CAPBOUNDSERR = 12;

  /** A permission that is not there: PROT_CHERI_PERM and all others. */
  public static final int SEGV_CAPPERMERR = 13;

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

  /** From a capability check; {@code pc} is si_addr, as CheriBSD has it. */
  public static SignalInfo capabilityFault(CapabilityCause cause, long pc) {
    int code =
        switch (cause) {
          case TAG -> SEGV_CAPTAGERR;
          case SEAL, TYPE -> SEGV_CAPSEALEDERR;
          case LENGTH, INEXACT_BOUNDS, UNALIGNED_BASE -> SEGV_CAPBOUNDSERR;
          default -> SEGV_CAPPERMERR;
        };
    return fault(Signals.SIGSEGV, code, pc);
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

  /** The 128 bytes of siginfo_t. */
  public byte[] bytes() {
    ByteBuffer to = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    to.putInt(number).putInt(error).putInt(code).putInt(0);
    to.putLong(w0).putLong(w1).putLong(w2).putLong(w3);
    return to.array();
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
