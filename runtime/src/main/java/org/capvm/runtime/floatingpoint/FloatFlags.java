package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** The accrued exception flags of CSR fflags (ISA chapter "F", figure of fcsr). */
public final class FloatFlags {
  /** Inexact. */
  public static final int NX = 1;

  /** Underflow: tiny after rounding, and inexact. */
  public static final int UF = 2;

  /** Overflow. */
  public static final int OF = 4;

  /** Divide by zero. */
  public static final int DZ = 8;

  /** Invalid operation. */
  public static final int NV = 16;

  private FloatFlags() {}

  /** Accrues flags: they stay set until the guest writes fflags or fcsr. */
  static void raise(Hart h, int flags) {
    h.setFflags(h.fflags() | flags);
  }
}
