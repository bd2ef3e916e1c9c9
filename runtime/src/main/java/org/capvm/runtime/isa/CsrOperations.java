package org.capvm.runtime.isa;

import org.capvm.runtime.hart.Hart;

/**
 * The control and status registers of user mode (Zicsr, Zicntr). {@code cycle} counts one cycle an
 * instruction, so it equals {@code instret}; {@code time} is the host's monotonic clock at {@link
 * #TIME_FREQUENCY}.
 */
public final class CsrOperations {
  /** Ticks of {@code time} a second: that of QEMU's virt machine, so that guests see one value. */
  public static final long TIME_FREQUENCY = 10_000_000;

  private static final long NANOSECONDS_PER_TICK = 1_000_000_000 / TIME_FREQUENCY;

  private CsrOperations() {}

  /**
   * Whether an instruction names a register that user mode has and, where it writes, may write.
   * CSRRS and CSRRC write unless their rs1 field is 0; CSRRW always does. Everything else is an
   * illegal instruction.
   *
   * @param source the rs1 field
   */
  public static boolean isLegal(Opcode opcode, int csr, int source) {
    return switch (csr) {
      case Csr.FFLAGS, Csr.FRM, Csr.FCSR -> true;
      case Csr.CYCLE, Csr.TIME, Csr.INSTRET ->
          source == 0 && opcode != Opcode.CSRRW && opcode != Opcode.CSRRWI;
      default -> false;
    };
  }

  /** Reads a register for which {@link #isLegal} held. */
  public static long read(Hart h, int csr) {
    return switch (csr) {
      case Csr.FFLAGS -> h.fflags();
      case Csr.FRM -> h.frm();
      case Csr.FCSR -> h.fcsr();
      case Csr.CYCLE, Csr.INSTRET -> h.instructionsRetired;
      case Csr.TIME -> System.nanoTime() / NANOSECONDS_PER_TICK;
      default -> throw new IllegalArgumentException("no register " + csr);
    };
  }

  /** Writes a register for which {@link #isLegal} held; reserved bits are dropped. */
  public static void write(Hart h, int csr, long value) {
    switch (csr) {
      case Csr.FFLAGS -> h.setFflags((int) value);
      case Csr.FRM -> h.setFrm((int) value);
      case Csr.FCSR -> h.setFcsr((int) value);
      default -> throw new IllegalArgumentException("no writable register " + csr);
    }
  }

  /**
   * Carries out a CSR instruction that is legal: returns the old value after writing the new one.
   *
   * @param source the value of rs1, or the immediate
   * @param writes whether the instruction writes at all, see {@link #isLegal}
   */
  public static long exchange(Hart h, Opcode opcode, int csr, long source, boolean writes) {
    long old = read(h, csr);
    if (writes) {
      long value =
          switch (opcode) {
            case CSRRW, CSRRWI -> source;
            case CSRRS, CSRRSI -> old | source;
            case CSRRC, CSRRCI -> old & ~source;
            default -> throw new IllegalArgumentException(opcode + " is not a CSR instruction");
          };
      write(h, csr, value);
    }
    return old;
  }
}
