package org.capvm.runtime.code;

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
      while (true) {
        step(h);
      }
    } catch (HartExit e) {
      // The guest thread ended; its kernel knows why.
    }
  }

  private static void step(Hart h) {
    try {
      if (h.armStackLimit(0)) {
        h.acknowledgeInterrupt();
        h.kernel.interrupt(h);
        return;
      }
      GuestFunction f = Hart.function(h, h.pc);
      if (f == h.fallback) {
        Interpreter.of(h).run(h);
      } else {
        f.call(h);
      }
    } catch (Unwind e) {
      // The register file is complete: go on at pc.
    } catch (MemoryFault e) {
      h.kernel.trap(h, Trap.of(e));
    }
  }
}
