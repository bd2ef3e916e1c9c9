package org.capvm.runtime.hart;

/** Who answers when guest code leaves its own world: environment calls, traps and interrupts. */
public interface Kernel {
  /**
   * Answers an {@code ecall}. {@code h.pc} is the address of the instruction, a0 to a7 are in the
   * hart. Returning normally means: the result is in a0, every other register is unchanged, and
   * execution goes on behind the instruction.
   *
   * @param complete whether the hart holds the complete register file. A call that reads or
   *     replaces other registers throws {@link Unwind} when it is false, with {@code pc} untouched:
   *     it is executed again with a complete file. When it is true such a call sets {@code pc}
   *     itself and throws {@link Unwind}.
   * @throws Unwind see above
   * @throws HartExit when the guest thread ends
   */
  void environmentCall(Hart h, boolean complete);

  /**
   * A trap with a complete register file. Returns with {@code h.pc} where execution goes on (a
   * signal handler).
   *
   * @throws HartExit when the guest thread ends
   */
  void trap(Hart h, Trap trap);

  /**
   * Somebody called {@link Hart#requestInterrupt}; the register file is complete. Delivers signals
   * by changing the registers and {@code pc}, or does nothing.
   *
   * @throws HartExit when the guest thread ends
   */
  void interrupt(Hart h);

  /** {@code fence.i}: instructions fetched by this hart from now on see its earlier stores. */
  void instructionFence(Hart h);

  /**
   * Control of a hart with capabilities has come to an address behind the window.
   *
   * @return whether that was a call of this kernel, which it has answered: the registers say where
   *     execution goes on; if not, nothing has changed
   * @throws HartExit when the guest thread ends
   */
  default boolean enter(Hart h) {
    return false;
  }
}
