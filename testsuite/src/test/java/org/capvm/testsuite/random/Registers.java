package org.capvm.testsuite.random;

import java.util.List;

/** What random functions use the registers for. */
final class Registers {
  static final int ZERO = 0;
  static final int RA = 1;
  static final int SP = 2;

  /** a0 and fa0: the first argument and the result. */
  static final int A0 = 10;

  /** a7: how deep the callee may recurse. */
  static final int DEPTH = 17;

  /** s11: the middle of the scratch buffer; set once. */
  static final int BUFFER = 27;

  /** Addresses and other temporary values inside a statement. */
  static final int TEMPORARY = 31;

  static final int TEMPORARY_2 = 30;

  /** Loop counters by nesting depth; callee-saved. */
  static final List<Integer> COUNTERS = List.of(8, 9, 18);

  /** The registers that a call passes and that a function may read first; integer and float. */
  static final List<Integer> ARGUMENTS = List.of(10, 11, 12);

  /** The registers that a function returns; integer and float. */
  static final List<Integer> RESULTS = List.of(10, 11);

  /** Integer registers that hold a program's values. */
  static final List<Integer> INTEGER =
      List.of(5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 28, 29, 19, 20, 21, 22, 23, 24, 25, 26);

  /** Floating-point registers that hold a program's values. */
  static final List<Integer> FLOAT = List.of(0, 1, 5, 10, 11, 12, 15, 28, 8, 9, 18, 27);

  private Registers() {}

  /** Whether a callee keeps the register of either file (s0 to s11 and fs0 to fs11). */
  static boolean isCalleeSaved(int register) {
    return register == 8 || register == 9 || register >= 18 && register <= 27;
  }
}
