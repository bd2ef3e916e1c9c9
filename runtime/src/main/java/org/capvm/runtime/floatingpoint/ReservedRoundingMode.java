package org.capvm.runtime.floatingpoint;

/**
 * Translated code reached an instruction with a dynamic rounding mode while frm was reserved (5 to
 * 7): an illegal instruction. Its stack trace tells the pc, as that of a memory fault does.
 */
public final class ReservedRoundingMode extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReservedRoundingMode() {
    super("reserved dynamic rounding mode");
  }
}
