package org.capvm.runtime.code;

import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;

/**
 * Runs a hart with capabilities: translated code where there is some for the pc in the mode of PCC,
 * and the interpreter for the rest.
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
      while (true) {
        step(h, code);
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
      while (h.pc != end) {
        step(h, code);
      }
      return true;
    } catch (HartExit e) {
      return false;
    }
  }

  private static void step(Hart h, CapabilityCodeMap code) {
    if (h.interruptRequested()) {
      h.acknowledgeInterrupt();
      h.kernel.interrupt(h);
      h.restartWithoutFrames(); // Ends the request of a poll, unless there is another one.
    }
    if (Long.compareUnsigned(h.pc, h.window.size()) >= 0 && h.kernel.enter(h)) {
      return;
    }
    Trap trap = execute(h, code);
    if (trap != null) {
      h.kernel.trap(h, trap);
    }
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
