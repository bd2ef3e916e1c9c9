package org.capvm.runtime.hart;

import jdk.internal.misc.Unsafe;
import org.capvm.runtime.memory.Window;

/**
 * A hardware thread: the register file of one guest thread, and what connects it to its cVM.
 *
 * <p>Integer registers are fields, because translated code names them one by one; the interpreter
 * reaches them by number. Register x0 is the constant 0 and writes to it land in a sink.
 *
 * <p>Translated functions keep registers in JVM locals. The fields hold the architectural values at
 * every call boundary for all registers that the ABI keeps across it, and all registers whenever an
 * {@link Unwind} is thrown: that is what makes the register file recoverable at every environment
 * call, poll and call boundary.
 */
public final class Hart {
  private static final Unsafe U = Unsafe.getUnsafe();

  /** The {@link #stackSpan} that no stack pointer is in: the next poll leaves translated code. */
  public static final long POLL_NOW = 0;

  /** Always 0; read through its offset, by {@link #x(int)}. */
  @SuppressWarnings("UnusedVariable")
  private long x0;

  public long x1;
  public long x2;
  public long x3;
  public long x4;
  public long x5;
  public long x6;
  public long x7;
  public long x8;
  public long x9;
  public long x10;
  public long x11;
  public long x12;
  public long x13;
  public long x14;
  public long x15;
  public long x16;
  public long x17;
  public long x18;
  public long x19;
  public long x20;
  public long x21;
  public long x22;
  public long x23;
  public long x24;
  public long x25;
  public long x26;
  public long x27;
  public long x28;
  public long x29;
  public long x30;
  public long x31;

  @SuppressWarnings("unused") // written through its offset: where writes to x0 go
  private long sink;

  public long f0;
  public long f1;
  public long f2;
  public long f3;
  public long f4;
  public long f5;
  public long f6;
  public long f7;
  public long f8;
  public long f9;
  public long f10;
  public long f11;
  public long f12;
  public long f13;
  public long f14;
  public long f15;
  public long f16;
  public long f17;
  public long f18;
  public long f19;
  public long f20;
  public long f21;
  public long f22;
  public long f23;
  public long f24;
  public long f25;
  public long f26;
  public long f27;
  public long f28;
  public long f29;
  public long f30;
  public long f31;

  private int fflags;
  private int frm;

  /**
   * The bound below which the magnitude of a host sum is the architectural one and raises nothing
   * new: infinity while the rounding mode is to nearest even and NX has accrued, NaN otherwise,
   * which no comparison satisfies. Follows from fflags and frm.
   */
  public double hostCeiling = Double.NaN;

  /** {@link #hostCeiling} of single precision. */
  public float hostCeilingSingle = Float.NaN;

  /**
   * Likewise for products, quotients and fused results: how many bit patterns, counted from {@link
   * #LOWEST_HOST_RESULT} and with the sign shifted out, are strictly above MIN_NORMAL and finite; 0
   * when no host result stands.
   */
  public long hostResults;

  /** {@link #hostResults} of single precision. */
  public int hostResultsSingle;

  /** The double next above MIN_NORMAL, its bits shifted left by one. */
  public static final long LOWEST_HOST_RESULT = 0x0010_0000_0000_0001L << 1;

  /** The float next above MIN_NORMAL, its bits shifted left by one. */
  public static final int LOWEST_HOST_RESULT_SINGLE = 0x0080_0001 << 1;

  /** Address of the instruction to execute next, whenever no translated code is running. */
  public long pc;

  /** Lowest stack pointer with which translated functions are entered, see {@link GuestStack}. */
  public long stackLow;

  /**
   * How many stack pointers from {@link #stackLow} on translated functions are entered with; with
   * others they leave through {@link Unwind}. {@link #POLL_NOW} requests a poll.
   */
  public long stackSpan;

  /** How many more entries {@link GuestStack#mayNest} lets pass. */
  int entriesLeft;

  /** Host address of the window minus its guest address. */
  final long hostDelta;

  final GuestStack stack = new GuestStack(this);

  /** Target of a tail call that its caller must carry out, or 0. */
  public long tailTarget;

  /** Address of the load reservation, or -1; and the value that LR read. */
  public long reservationAddress = -1;

  public long reservationValue;

  /** Instructions retired, exact in the interpreter, an estimate in translated code. */
  public long instructionsRetired;

  /** Frames of the interpreter between translated ones on the JVM stack. */
  public int interpreterFrames;

  /** The call during which this hart runs no translated code, or null. */
  public ExactCall exactCall;

  /**
   * The guest memory of the cVM, and the shared buffers behind it, which only capabilities reach:
   * code that asks none runs on {@link Window#withoutAliases}.
   */
  public Window window;

  /** What answers environment calls and traps. */
  public final Kernel kernel;

  /**
   * Translated functions by entry address, shared by the harts of a cVM: {@code [pc >>> 16][(pc &
   * 0xffff) >>> 1]}. Regions without code are null.
   */
  public final GuestFunction[][] functions;

  /** Called where {@link #functions} has nothing: finds, translates or interprets. */
  public final GuestFunction fallback;

  /** Its capability registers; null in a cVM without capabilities. */
  public CapabilityRegisters capabilities;

  /** What the kernel keeps about the guest thread that runs on this hart. */
  public Object task;

  private volatile boolean interruptRequested;

  private volatile boolean inGuestCode;

  public Hart(Window window, Kernel kernel, GuestFunction[][] functions, GuestFunction fallback) {
    this.window = window;
    this.hostDelta = window.hostDelta();
    this.kernel = kernel;
    this.functions = functions;
    this.fallback = fallback;
  }

  /** The number of a register that nobody reads: where writes to x0 go. */
  public static final int SINK = 32;

  private static final long[] X_OFFSET = offsets("x");
  private static final long[] F_OFFSET = offsets("f");
  private static final long STACK_SPAN_OFFSET = U.objectFieldOffset(Hart.class, "stackSpan");
  private static final long IN_GUEST_CODE = U.objectFieldOffset(Hart.class, "inGuestCode");

  /**
   * Whether the registers lie one behind the other. HotSpot lays them out as they are declared;
   * then their offsets are computed, which the interpreter does several times an instruction.
   */
  private static final boolean CONTIGUOUS =
      isContiguous(X_OFFSET, SINK + 1) && isContiguous(F_OFFSET, 32);

  private static long[] offsets(String prefix) {
    long[] offsets = new long[64];
    for (int i = 0; i < 32; i++) {
      offsets[i] = U.objectFieldOffset(Hart.class, prefix + i);
    }
    offsets[SINK] = U.objectFieldOffset(Hart.class, "sink");
    return offsets;
  }

  private static boolean isContiguous(long[] offsets, int registers) {
    for (int i = 1; i < registers; i++) {
      if (offsets[i] != offsets[0] + (long) i * Long.BYTES) {
        return false;
      }
    }
    return true;
  }

  private static final long X_FIRST = X_OFFSET[0];
  private static final long F_FIRST = F_OFFSET[0];

  private static long xOffset(int n) {
    return CONTIGUOUS ? X_FIRST + (long) n * Long.BYTES : X_OFFSET[n];
  }

  private static long fOffset(int n) {
    return CONTIGUOUS ? F_FIRST + (long) n * Long.BYTES : F_OFFSET[n];
  }

  /** Integer register {@code n}, 0 to 31. */
  public long x(int n) {
    return U.getLong(this, xOffset(n & 31));
  }

  /** Writes integer register {@code n}, 0 to 31; a write to x0 has no effect. */
  public void x(int n, long value) {
    U.putLong(this, xOffset(n == 0 ? SINK : n & 31), value);
  }

  /** Writes integer register {@code n}, 1 to 31, or the {@link #SINK}. */
  public void xOrSink(int n, long value) {
    U.putLong(this, xOffset(n & 63), value);
  }

  /** Floating-point register {@code n}, 0 to 31, as raw NaN-boxed bits. */
  public long f(int n) {
    return U.getLong(this, fOffset(n & 31));
  }

  /** Writes floating-point register {@code n}, 0 to 31, as raw NaN-boxed bits. */
  public void f(int n, long bits) {
    U.putLong(this, fOffset(n & 31), bits);
  }

  /** Accrued floating-point exceptions (CSR fflags), bits NV DZ OF UF NX from 4 to 0. */
  public int fflags() {
    return fflags;
  }

  /** Dynamic rounding mode (CSR frm), 0 to 7; 5 to 7 are invalid and make its users illegal. */
  public int frm() {
    return frm;
  }

  /** CSR fcsr: frm in bits 7 to 5, fflags below. */
  public int fcsr() {
    return frm << 5 | fflags;
  }

  /** Writes CSR fcsr; bits above 7 are dropped. */
  public void setFcsr(int value) {
    fflags = value & 0x1f;
    frm = value >>> 5 & 7;
    boolean hostArithmetic = frm == 0 && (fflags & 1) != 0;
    hostCeiling = hostArithmetic ? Double.POSITIVE_INFINITY : Double.NaN;
    hostCeilingSingle = hostArithmetic ? Float.POSITIVE_INFINITY : Float.NaN;
    hostResults = hostArithmetic ? (0x7ff0_0000_0000_0000L << 1) - LOWEST_HOST_RESULT : 0;
    hostResultsSingle = hostArithmetic ? (0x7f80_0000 << 1) - LOWEST_HOST_RESULT_SINGLE : 0;
  }

  /** Writes CSR fflags; bits above 4 are dropped. */
  public void setFflags(int value) {
    setFcsr(frm << 5 | value & 0x1f);
  }

  /** Writes CSR frm; bits above 2 are dropped. */
  public void setFrm(int value) {
    setFcsr(value << 5 | fflags);
  }

  /** The translated function at an address, or the fallback; never null. */
  public static GuestFunction function(Hart h, long pc) {
    GuestFunction[][] functions = h.functions;
    long region = pc >>> 16;
    if (region < functions.length) {
      GuestFunction[] entries = functions[(int) region];
      if (entries != null && (pc & 1) == 0) {
        GuestFunction f = entries[(int) (pc & 0xffff) >>> 1];
        if (f != null) {
          return f;
        }
      }
    }
    return h.fallback;
  }

  /** Whether a poll was requested. An opaque read: never hoisted out of a loop. */
  public static boolean pollRequested(Hart h) {
    return U.getLongOpaque(h, STACK_SPAN_OFFSET) == POLL_NOW;
  }

  /**
   * Asks the hart to leave translated code at its next poll and to call {@link Kernel#interrupt}.
   * Callable from any thread.
   */
  public void requestInterrupt() {
    interruptRequested = true;
    U.putLongVolatile(this, STACK_SPAN_OFFSET, POLL_NOW);
  }

  /**
   * Says that no translated function is on the JVM stack. Only the hart's own thread calls this.
   *
   * @return whether an interrupt is pending and must be taken first
   */
  public boolean restartStack() {
    return stack.reset(x2);
  }

  /**
   * As {@link #restartStack}, for code that makes no frames on the JVM stack: the bounds of the
   * stack pointer are not looked for, which takes longer than a call of another cVM.
   */
  public boolean restartWithoutFrames() {
    return stack.resetLazily();
  }

  /**
   * Sets the bounds of the stack pointer unless an interrupt is pending.
   *
   * @return whether one is
   */
  boolean setStack(long low, long span) {
    if (stackLow == low && U.getLongOpaque(this, STACK_SPAN_OFFSET) == span) {
      // Without a barrier: who requests an interrupt now finds nothing that would overwrite it.
      return interruptRequested;
    }
    stackLow = low;
    U.putLongVolatile(this, STACK_SPAN_OFFSET, span);
    if (interruptRequested) {
      U.putLongVolatile(this, STACK_SPAN_OFFSET, POLL_NOW);
      return true;
    }
    return false;
  }

  /** Whether {@link #requestInterrupt} was called since the last {@link #acknowledgeInterrupt}. */
  public boolean interruptRequested() {
    return interruptRequested;
  }

  /** Forgets the request; what asked for it is looked at afterwards, so none is lost. */
  public void acknowledgeInterrupt() {
    interruptRequested = false;
  }

  /**
   * Guest code, translated or interpreted, runs on this hart from now on. What other threads
   * changed before they saw that it did not run, it sees.
   */
  public void enterGuestCode() {
    inGuestCode = true;
  }

  /**
   * The hart's thread is in the kernel, or has ended. Who sees that sees what guest code did; it
   * may be seen late, which makes others wait longer, so there is no barrier behind it.
   */
  public void leaveGuestCode() {
    U.putBooleanRelease(this, IN_GUEST_CODE, false);
  }

  /** Whether guest code runs, or ran a moment ago. */
  public boolean isInGuestCode() {
    return inGuestCode;
  }

  /** Zeroes the register file (x, f, fcsr) and forgets the rest of what the hart has done. */
  public void clearRegisters() {
    for (int i = 1; i < 32; i++) {
      U.putLong(this, xOffset(i), 0);
    }
    for (int i = 0; i < 32; i++) {
      U.putLong(this, fOffset(i), 0);
    }
    setFcsr(0);
    tailTarget = 0;
    interpreterFrames = 0;
    reservationAddress = -1;
    exactCall = null;
  }

  /**
   * Copies the register file (x, f, fcsr, pc) of another hart, as clone and fork do, and with it
   * the exact call.
   */
  public void copyRegisters(Hart other) {
    for (int i = 1; i < 32; i++) {
      x(i, other.x(i));
    }
    for (int i = 0; i < 32; i++) {
      f(i, other.f(i));
    }
    setFcsr(other.fcsr());
    pc = other.pc;
    exactCall = other.exactCall;
  }
}
