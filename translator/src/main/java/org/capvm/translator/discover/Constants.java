package org.capvm.translator.discover;

import org.capvm.runtime.isa.Instruction;

/**
 * The registers that hold a known constant while walking through straight-line code: addresses that
 * AUIPC or LUI and ADDI build.
 */
final class Constants {
  private final long[] values = new long[32];
  private int known = 1;

  /** Forgets everything but x0. */
  void clear() {
    known = 1;
  }

  boolean isKnown(int register) {
    return (known >>> register & 1) != 0;
  }

  /** The value of a known register. */
  long value(int register) {
    return values[register];
  }

  /** Takes the effect of an instruction that is not a control transfer. */
  void step(Instruction in, long address) {
    int rd = in.rd();
    if (rd == 0) {
      return;
    }
    switch (in.opcode()) {
      case AUIPC -> set(rd, address + in.immediate());
      case LUI -> set(rd, in.immediate());
      case ADDI -> {
        if (isKnown(in.rs1())) {
          set(rd, values[in.rs1()] + in.immediate());
        } else {
          forget(rd);
        }
      }
      // A floating-point destination forgets the integer register of that number: harmless.
      default -> forget(rd);
    }
  }

  private void set(int register, long value) {
    values[register] = value;
    known |= 1 << register;
  }

  private void forget(int register) {
    known &= ~(1 << register);
  }
}
