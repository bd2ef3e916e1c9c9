package org.capvm.runtime.isa;

/** Numbers of the control and status registers that user-mode programs can reach. */
public final class Csr {
  /** Accrued floating-point exceptions. */
  public static final int FFLAGS = 0x001;

  /** Dynamic rounding mode. */
  public static final int FRM = 0x002;

  /** {@link #FRM} in bits 7 to 5 and {@link #FFLAGS} in bits 4 to 0. */
  public static final int FCSR = 0x003;

  public static final int CYCLE = 0xc00;
  public static final int TIME = 0xc01;
  public static final int INSTRET = 0xc02;

  private Csr() {}
}
