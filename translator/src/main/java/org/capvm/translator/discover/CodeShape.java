package org.capvm.translator.discover;

import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.elf.AddressRange;

/** Judges by its instructions whether an address that nothing certain points to starts code. */
final class CodeShape {
  private static final int STACK_POINTER = 2;
  private static final int MAX_RUN = 256;

  private final CodeBytes code;
  private final InstructionCache cache;

  CodeShape(CodeBytes code, InstructionCache cache) {
    this.code = code;
    this.cache = cache;
  }

  /** Whether straight-line code from there gets to a jump without an illegal instruction. */
  boolean startsCode(long address) {
    long at = address;
    for (int i = 0; i < MAX_RUN; i++) {
      Instruction in = cache.fetch(code, at);
      if (in == null || in.opcode() == Opcode.ILLEGAL) {
        return false;
      }
      if (in.opcode() == Opcode.JAL || in.opcode() == Opcode.JALR) {
        return true;
      }
      at += in.length();
    }
    return true;
  }

  /** Whether the instruction makes room on the stack. */
  boolean isPrologue(long address) {
    Instruction in = cache.fetch(code, address);
    return in != null
        && in.opcode() == Opcode.ADDI
        && in.rd() == STACK_POINTER
        && in.rs1() == STACK_POINTER
        && in.immediate() < 0;
  }

  /** Whether what stands before an address never continues there: a jump, a return, padding. */
  boolean followsEnd(long address) {
    Instruction two = cache.fetch(code, address - 2);
    if (two == null || two.length() == 2 && isEnd(two)) {
      return true;
    }
    Instruction four = cache.fetch(code, address - 4);
    return four != null && four.length() == 4 && isEnd(four);
  }

  private static boolean isEnd(Instruction in) {
    boolean jump = in.opcode() == Opcode.JAL || in.opcode() == Opcode.JALR;
    return jump && in.rd() == 0 || in.opcode() == Opcode.EBREAK || Padding.is(in);
  }

  /** The first address of a range that is not padding; its end if there is none. */
  long skipPadding(AddressRange range) {
    long at = range.start();
    while (at < range.end()) {
      Instruction in = cache.fetch(code, at);
      if (in == null || !Padding.is(in)) {
        return at;
      }
      at += in.length();
    }
    return range.end();
  }
}
