package org.capvm.runtime.interpreter;

import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;

/**
 * The interpreter: exact, always available, and the definition that translated code is held to.
 *
 * <p>It runs code that was not translated, code between an {@link org.capvm.runtime.hart.Unwind}
 * and the next translated function, and everything under {@code --engine interpreter}.
 */
public final class Interpreter {
  /** What {@code Hart.fallback} is where nothing was translated: {@link #call}. */
  public static final GuestFunction FUNCTION =
      new GuestFunction() {
        @Override
        public void call(Hart h) {
          Interpreter.call(h);
        }
      };

  private Interpreter() {}

  /**
   * Executes from {@code h.pc} until a call or jump (not falling through) reaches the entry of a
   * translated function, and returns with {@code pc} there. Called from an empty JVM stack.
   */
  public static void run(Hart h) {
    throw new UnsupportedOperationException();
  }

  /** As {@link GuestFunction#call}, interpreting; calls translated functions where there are. */
  public static void call(Hart h) {
    throw new UnsupportedOperationException();
  }
}
