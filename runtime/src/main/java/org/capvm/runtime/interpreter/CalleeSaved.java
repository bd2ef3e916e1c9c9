package org.capvm.runtime.interpreter;

import org.capvm.runtime.hart.Hart;

/**
 * What a function was given in the registers that it must hand back unchanged: s0 to s11 and fs0 to
 * fs11, which have the same numbers (RISC-V ELF psABI, chapter "Register Convention").
 */
final class CalleeSaved {
  private static final int[] NUMBERS = {8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27};

  private final long[] integers = new long[NUMBERS.length];
  private final long[] floats = new long[NUMBERS.length];

  /** The registers as they are now. */
  CalleeSaved(Hart h) {
    for (int i = 0; i < NUMBERS.length; i++) {
      integers[i] = h.x(NUMBERS[i]);
      floats[i] = h.f(NUMBERS[i]);
    }
  }

  /** Whether one has another value than it had. */
  boolean changed(Hart h) {
    for (int i = 0; i < NUMBERS.length; i++) {
      if (integers[i] != h.x(NUMBERS[i]) || floats[i] != h.f(NUMBERS[i])) {
        return true;
      }
    }
    return false;
  }
}
