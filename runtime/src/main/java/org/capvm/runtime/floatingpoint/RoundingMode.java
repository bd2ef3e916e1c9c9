package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** Rounding modes as instructions and CSR frm encode them (ISA chapter "F"). */
public final class RoundingMode {
  /** To nearest, ties to even. */
  public static final int RNE = 0;

  /** Towards zero. */
  public static final int RTZ = 1;

  /** Towards negative infinity. */
  public static final int RDN = 2;

  /** Towards positive infinity. */
  public static final int RUP = 3;

  /** To nearest, ties away from zero. */
  public static final int RMM = 4;

  /** In an instruction: use frm. */
  public static final int DYN = 7;

  private RoundingMode() {}

  /** Whether a resolved mode is one of the five; any other makes the instruction illegal. */
  public static boolean isValid(int mode) {
    return mode >= RNE && mode <= RMM;
  }

  /** Whether an instruction with the dynamic rounding mode is legal now. */
  public static boolean isDynamicValid(Hart h) {
    return isValid(h.frm());
  }

  /** The mode that an instruction's rm field selects now; invalid where the field or frm is. */
  public static int resolve(Hart h, int rm) {
    return rm == DYN ? h.frm() : rm;
  }

  /**
   * The dynamic rounding mode, for translated code.
   *
   * @throws ReservedRoundingMode when frm holds a reserved value
   */
  public static int dynamic(Hart h) {
    int mode = h.frm();
    if (!isValid(mode)) {
      throw new ReservedRoundingMode();
    }
    return mode;
  }
}
