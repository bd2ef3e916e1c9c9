package org.capvm.translator.discover;

import org.capvm.runtime.isa.Instruction;

/** What assemblers and linkers put between functions. */
final class Padding {
  private static final int NOP = 0x00000013;
  private static final int COMPRESSED_NOP = 0x0001;

  private Padding() {}

  /** Whether an instruction does nothing, or is the all-zero word that fills alignment gaps. */
  static boolean is(Instruction in) {
    return in.bits() == NOP || in.bits() == COMPRESSED_NOP || in.bits() == 0;
  }
}
