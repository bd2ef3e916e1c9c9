package org.capvm.runtime.code;

import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;

/**
 * Runs a hart with capabilities: functions without capabilities where they may run, other
 * translated code where there is some for the pc in the mode of PCC, and the interpreter for the
 * rest.
 *
 * <p>Translated code returns with {@code pc} where control has gone, and throws {@link Unwind} when
 * the instruction at {@code pc} is for the interpreter.
 */
public final class CapabilityDispatcher {
  private static final int LONGEST_INSTRUCTION = 4;

  private CapabilityDispatcher() {}

  /** Runs until the guest thread ends. */
  public static void run(Hart h, CapabilityCodeMap code) {
    try {
      h.restartWithoutFrames();
      boolean left = false;
      while (true) {
        left = step(h, code, left);
      }
    } catch (HartExit e) {
      // The guest thread ended; its kernel knows why.
    }
  }

  /**
   * Runs a hart until control arrives at an address, or until its guest thread ends.
   *
   * @return whether it arrived
   */
  public static boolean runUntil(Hart h, CapabilityCodeMap code, long end) {
    try {
      h.restartWithoutFrames();
      boolean left = false;
      while (h.pc != end) {
        left = step(h, code, left);
      }
      return true;
    } catch (HartExit e) {
      return false;
    }
  }

  /**
   * Runs from the pc until control comes back here.
   *
   * @param left whether a function without capabilities is entered at the pc, and left there
   * @return the same of the pc that it comes back with
   */
  private static boolean step(Hart h, CapabilityCodeMap code, boolean left) {
    if (h.interruptRequested()) {
      h.acknowledgeInterrupt();
      h.kernel.interrupt(h);
      h.restartWithoutFrames(); // Ends the request of a poll, unless there is another one.
    }
    if (Long.compareUnsigned(h.pc, h.window.size()) >= 0 && h.kernel.enter(h)) {
      return false;
    }
    if (h.exactCall != null) {
      CapabilityFreeCode.endExactCall(h);
    }
    if (!left && h.fallback instanceof CapabilityFreeCode others) {
      GuestFunction function = Hart.function(h, h.pc);
      if (function != others && others.mayRun(h)) {
        return CapabilityFreeCode.run(h, function);
      }
    }
    Trap trap = execute(h, code);
    if (trap != null) {
      h.kernel.trap(h, trap);
    }
    return false;
  }

  /** Runs until control arrives somewhere; returns the trap that ended it, or null. */
  private static Trap execute(Hart h, CapabilityCodeMap code) {
    h.enterGuestCode();
    try {
      boolean capabilityMode = h.capabilities.pccBounds().isCapabilityMode();
      GuestFunction translated = code.arrive(h.pc, capabilityMode);
      if (translated == null) {
        return interpret(h, false);
      }
      try {
        translated.call(h);
        return null;
      } catch (Unwind e) {
        return interpret(h, true);
      }
    } finally {
      h.leaveGuestCode();
    }
  }

  /**
   * Interprets until control arrives somewhere.
   *
   * @param one whether that is behind the first instruction: translated code left there
   * @return the trap that an instruction raised, or null
   */
  private static Trap interpret(Hart h, boolean one) {
    try {
      boolean arrived;
      do {
        long before = h.pc;
        Trap trap = CapabilityInterpreter.step(h);
        if (trap != null) {
          return trap;
        }
        long distance = h.pc - before;
        arrived = one || distance <= 0 || distance > LONGEST_INSTRUCTION;
      } while (!arrived && !h.interruptRequested());
    } catch (Unwind e) {
      // The kernel has said where execution goes on.
    }
    return null;
  }
}
