package org.capvm.runtime.code;

import org.capvm.runtime.floatingpoint.ReservedRoundingMode;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The bottom of every guest thread's JVM stack: runs translated functions and the interpreter in
 * turn, wherever {@code pc} goes.
 */
public final class Dispatcher {
  private Dispatcher() {}

  /** Runs a hart until its guest thread ends. */
  public static void run(Hart h) {
    try {
      boolean interpret = false;
      while (true) {
        interpret = step(h, interpret);
      }
    } catch (HartExit e) {
      // The guest thread ended; its kernel knows why.
    }
  }

  /**
   * Runs a hart until control arrives at an address, behind all instructions of a function that
   * returns there; or until its guest thread ends.
   *
   * @return whether it arrived
   */
  public static boolean runUntil(Hart h, long end) {
    try {
      boolean interpret = false;
      while (h.pc != end) {
        interpret = step(h, interpret);
      }
      return true;
    } catch (HartExit e) {
      return false;
    }
  }

  /**
   * Runs from {@code pc} until control comes back here.
   *
   * @param interpret whether the instruction at pc is for the interpreter although a translated
   *     function starts there
   * @return whether the next one is: a translated function left at its first instruction
   */
  private static boolean step(Hart h, boolean interpret) {
    long start = h.pc;
    try {
      if (h.restartStack()) {
        h.acknowledgeInterrupt();
        h.kernel.interrupt(h);
        return false;
      }
      execute(h, interpret);
      if (h.tailTarget != 0) {
        h.pc = h.tailTarget;
        h.tailTarget = 0;
      }
      return false;
    } catch (Unwind e) {
      // The register file is complete: go on at pc.
      return !interpret && h.pc == start;
    } catch (MemoryFault e) {
      FaultLocation.of(e).ifPresent(pc -> h.pc = pc);
      h.kernel.trap(h, Trap.of(e));
      return false;
    } catch (ReservedRoundingMode e) {
      // The interpreter raises the trap when it executes the instruction.
      FaultLocation.of(e).ifPresent(pc -> h.pc = pc);
      return h.pc == start;
    }
  }

  private static void execute(Hart h, boolean interpret) {
    h.enterGuestCode();
    try {
      GuestFunction f = Hart.function(h, h.pc);
      if (h.exactCall != null) {
        Interpreter.of(h).goOnExactly(h);
      } else if (interpret) {
        Interpreter.of(h).interpret(h);
      } else if (f == h.fallback) {
        Interpreter.of(h).run(h);
      } else {
        f.call(h);
      }
    } finally {
      h.leaveGuestCode();
    }
  }
}
