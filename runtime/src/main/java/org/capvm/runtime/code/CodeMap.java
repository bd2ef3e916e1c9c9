package org.capvm.runtime.code;

import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.interpreter.HotCode;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.interpreter.ResumePoints;
import org.capvm.runtime.memory.Window;

/**
 * The code of a cVM by guest address: its translated functions, and the interpreter for the rest.
 * Shared by the harts.
 */
public final class CodeMap {
  /** Far below the time between two polls of a loop. */
  private static final long POLL_PAUSE_NANOSECONDS = 20_000;

  private final GuestFunction[][] functions;
  private final ResumePoints resumePoints;
  private final Interpreter interpreter;
  private final GuestFunction fallback;
  private final List<WeakReference<Hart>> harts = new CopyOnWriteArrayList<>();

  /** A map whose code stays interpreted unless somebody publishes a translation. */
  public CodeMap(Window window) {
    this(window, null);
  }

  /**
   * @param hot is told which interpreted code runs often, so that it can be translated on demand;
   *     or null
   */
  public CodeMap(Window window, HotCode hot) {
    this(window, hot, false);
  }

  private CodeMap(Window window, HotCode hot, boolean besideCapabilities) {
    functions = new GuestFunction[Math.toIntExact((window.size() + 0xffff) >>> 16)][];
    resumePoints = new ResumePoints(window);
    interpreter = new Interpreter(window, resumePoints, hot);
    fallback = besideCapabilities ? new CapabilityFreeCode(interpreter) : interpreter;
  }

  /**
   * A map of functions that were translated as if there were no capabilities, for harts that have
   * some; see {@link CapabilityDispatcher}.
   */
  public static CodeMap besideCapabilities(Window window) {
    return new CodeMap(window, null, true);
  }

  /** A hart that runs this code. */
  public Hart newHart(Window window, Kernel kernel) {
    Hart h = new Hart(window, kernel, functions, fallback);
    harts.add(new WeakReference<>(h));
    return h;
  }

  /** What runs code that was not translated, see {@code Hart.fallback}. */
  public Interpreter interpreter() {
    return interpreter;
  }

  /**
   * Calls in translated functions are exact, see {@link Interpreter#addExactCalls}; to be called
   * before those functions are put in place.
   */
  public void addExactCalls(Collection<Long> addresses) {
    interpreter.addExactCalls(addresses);
  }

  /** Where translated code can be entered in the middle of a function. */
  public ResumePoints resumePoints() {
    return resumePoints;
  }

  /**
   * The instructions in {@code [start, end)} changed or went away: withdraws functions whose entry
   * lies there, resume points and decoded instructions, for all harts. To be called after the
   * memory was changed and before the change is announced as done: on riscv_flush_icache, when
   * pages are unmapped or mapped anew, and when they lose the permission to execute.
   *
   * @return whether functions were withdrawn
   */
  public boolean invalidate(long start, long end) {
    boolean functionsRemoved = remove(start, end);
    boolean resumePointsRemoved = resumePoints.remove(start, end);
    interpreter.invalidate(start, end);
    if (functionsRemoved || resumePointsRemoved) {
      // Frames of withdrawn code leave at their next poll, or when the kernel returns to them.
      harts().forEach(Hart::requestInterrupt);
    }
    return functionsRemoved;
  }

  private List<Hart> harts() {
    harts.removeIf(reference -> reference.get() == null);
    return harts.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
  }

  /**
   * Interrupts the harts that run guest code. Those that do not will see, when they do again, what
   * the caller has changed.
   */
  public void interruptRunning() {
    VarHandle.fullFence(); // What was changed before is visible to a hart seen outside below.
    harts().stream().filter(Hart::isInGuestCode).forEach(Hart::requestInterrupt);
  }

  /**
   * Returns when every hart that was interrupted has passed a poll or is in the kernel, whence it
   * comes back with the interrupt pending. The caller is in the kernel, and holds no lock that a
   * hart needs to get to its next poll.
   */
  public void awaitInterrupts() {
    for (Hart h : harts()) {
      while (h.isInGuestCode() && h.interruptRequested()) {
        LockSupport.parkNanos(POLL_PAUSE_NANOSECONDS);
      }
    }
  }

  /** The table that harts look up, see {@code Hart.functions}. */
  public GuestFunction[][] functions() {
    return functions;
  }

  /** Publishes a function at its entry address. */
  public synchronized void put(long entry, GuestFunction function) {
    int region = Math.toIntExact(entry >>> 16);
    if (functions[region] == null) {
      functions[region] = new GuestFunction[1 << 15];
    }
    functions[region][(int) (entry & 0xffff) >>> 1] = function;
  }

  /** Publishes a function in place of another, unless that was withdrawn in the meantime. */
  synchronized void replace(long entry, GuestFunction old, GuestFunction function) {
    GuestFunction[] region = functions[Math.toIntExact(entry >>> 16)];
    int index = (int) (entry & 0xffff) >>> 1;
    if (region[index] == old) {
      region[index] = function;
    }
  }

  /**
   * Withdraws the functions whose entry lies in {@code [start, end)}; says whether there were any.
   */
  public synchronized boolean remove(long start, long end) {
    boolean removed = false;
    for (long region = start >>> 16;
        region <= (end - 1) >>> 16 && region < functions.length;
        region++) {
      GuestFunction[] entries = functions[(int) region];
      if (entries == null) {
        continue;
      }
      long base = region << 16;
      int from = (int) Math.max(0, start - base) >>> 1;
      int to = (int) ((Math.min(0x10000, end - base) + 1) >>> 1);
      for (int i = from; i < to; i++) {
        removed |= entries[i] != null;
        entries[i] = null;
      }
    }
    return removed;
  }
}
