package org.capvm.runtime.hart;

/**
 * A guest function that a hart can call by address, in the general form: every register goes
 * through the hart.
 */
public abstract class GuestFunction {
  protected GuestFunction() {}

  /**
   * Runs the function at {@code h.pc} until it returns to the address that {@code h.x1} held at
   * entry, with the stack pointer it was entered with.
   *
   * <p>On return the hart holds the callee-saved registers, the results and {@code pc}; or {@link
   * Hart#tailTarget} is set, and the function's last act, a call of that address, is left to its
   * caller, see {@link #finishTailCalls}. So any number of tail calls runs in constant stack.
   *
   * @throws Unwind when control goes anywhere else; the hart then holds the complete register file
   */
  public abstract void call(Hart h);

  /**
   * Carries out the tail calls that a function left behind. A jump to the return address through
   * another register than ra looks like one, and is a return.
   */
  public static void finishTailCalls(Hart h) {
    while (h.tailTarget != 0) {
      long target = h.tailTarget;
      h.tailTarget = 0;
      if (target == (h.x1 & ~1L)) {
        // A return through another register than ra, as libc's error paths do.
        h.pc = target;
        return;
      }
      h.pc = target;
      if (target == h.x1) {
        return;
      }
      Hart.function(h, target).call(h);
    }
  }
}
