package org.capvm.runtime.isa;

/** ABI names of registers, and names of the control and status registers. */
public final class RegisterNames {
  private static final String[] INTEGER =
      ("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
              + "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6")
          .split(" ");
  private static final String[] FLOAT =
      ("ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 "
              + "fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11")
          .split(" ");

  private RegisterNames() {}

  /** ABI name of integer register {@code n}, 0 to 31. */
  public static String integer(int n) {
    return INTEGER[n];
  }

  /** ABI name of floating-point register {@code n}, 0 to 31. */
  public static String floating(int n) {
    return FLOAT[n];
  }

  /** ABI name of capability register {@code n}, 0 to 31. */
  public static String capability(int n) {
    return n == 0 ? "cnull" : "c" + INTEGER[n];
  }

  /** Name of a special capability register that user mode has, the number of another. */
  public static String special(int number) {
    return switch (number) {
      case 0 -> "pcc";
      case 1 -> "ddc";
      case 4 -> "utcc";
      case 5 -> "utdc";
      case 6 -> "uscratchc";
      case 7 -> "uepcc";
      default -> Integer.toString(number);
    };
  }

  /**
   * Name of a control and status register, its number in hexadecimal where it is not one of ours.
   */
  public static String csr(int number) {
    return switch (number) {
      case Csr.FFLAGS -> "fflags";
      case Csr.FRM -> "frm";
      case Csr.FCSR -> "fcsr";
      case Csr.CYCLE -> "cycle";
      case Csr.TIME -> "time";
      case Csr.INSTRET -> "instret";
      default -> "0x" + Integer.toHexString(number);
    };
  }
}
