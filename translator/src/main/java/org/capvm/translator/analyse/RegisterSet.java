package org.capvm.translator.analyse;

/**
 * Sets of guest registers as bit masks: bit n is x{@code n} for n below 32, and f{@code n - 32}
 * from there. Register names and roles follow the RISC-V psABI (LP64D).
 */
public final class RegisterSet {
  public static final int RA = 1;
  public static final int SP = 2;
  public static final int A0 = 10;
  public static final int FA0 = 32 + 10;

  public static final long NONE = 0;

  /** Integer argument registers a0-a7. */
  public static final long INTEGER_ARGUMENTS = range(10, 17);

  /** Floating-point argument registers fa0-fa7. */
  public static final long FLOAT_ARGUMENTS = range(32 + 10, 32 + 17);

  /** Registers that may carry arguments: a0-a7, fa0-fa7, and t2, GCC's static chain. */
  public static final long ARGUMENTS = INTEGER_ARGUMENTS | FLOAT_ARGUMENTS | bit(7);

  /** Registers that may carry results: a0, a1, fa0, fa1. */
  public static final long RESULTS = bit(10) | bit(11) | bit(32 + 10) | bit(32 + 11);

  /** Registers a callee preserves: sp, gp, tp, s0-s11, fs0-fs11. */
  public static final long CALLEE_SAVED =
      range(2, 4) | range(8, 9) | range(18, 27) | range(32 + 8, 32 + 9) | range(32 + 18, 32 + 27);

  /** Those of them that functions use for values of their own: s0-s11, fs0-fs11. */
  public static final long SAVABLE =
      range(8, 9) | range(18, 27) | range(32 + 8, 32 + 9) | range(32 + 18, 32 + 27);

  /** Every register but x0. */
  public static final long ALL = ~1L;

  /** Registers a callee may change: ra, temporaries, arguments. */
  public static final long CALLER_SAVED = ALL & ~CALLEE_SAVED;

  private RegisterSet() {}

  /** The set of one register; the empty set for x0. */
  public static long bit(int register) {
    return (1L << register) & ALL;
  }

  public static boolean contains(long set, int register) {
    return (set >>> register & 1) != 0;
  }

  private static long range(int first, int last) {
    long set = 0;
    for (int i = first; i <= last; i++) {
      set |= 1L << i;
    }
    return set;
  }
}
