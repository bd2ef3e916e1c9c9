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
   * <p>On return the hart holds the callee-saved registers, the results and {@code pc}.
   *
   * @throws Unwind when control goes anywhere else; the hart then holds the complete register file
   */
  public abstract void call(Hart h);
}
