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
  /**
   * Guest stack that may be used before the frames of translated functions are dropped and the JVM
   * stack starts anew, in bytes. A call of a non-leaf function takes at least 16 bytes of it, and
   * an interpreted JVM frame of a function with many registers about 1 KiB of the JVM's.
   */
  private static final long GUEST_STACK_PER_JVM_STACK = 1 << 20;

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
   * Runs from {@code pc} until control comes back here.
   *
   * @param interpret whether the instruction at pc is for the interpreter although a translated
   *     function starts there
   * @return whether the next one is: a translated function left at its first instruction
   */
  private static boolean step(Hart h, boolean interpret) {
    long start = h.pc;
    try {
      if (h.armStackLimit(stackLimit(h.x2))) {
        h.acknowledgeInterrupt();
        h.kernel.interrupt(h);
        return false;
      }
      GuestFunction f = Hart.function(h, start);
      if (interpret || f == h.fallback) {
        Interpreter.of(h).run(h);
      } else {
        f.call(h);
      }
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

  private static long stackLimit(long sp) {
    return Long.compareUnsigned(sp, GUEST_STACK_PER_JVM_STACK) > 0
        ? sp - GUEST_STACK_PER_JVM_STACK
        : 0;
  }
}
