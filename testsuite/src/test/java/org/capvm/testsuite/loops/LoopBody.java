package org.capvm.testsuite.loops;

import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Assembler;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;

/** Writes the instructions of a loop. */
final class LoopBody {
  static final int A0 = 10;
  static final int A1 = 11;
  static final int A2 = 12;
  static final int A3 = 13;
  static final int A4 = 14;
  static final int A5 = 15;
  static final int A6 = 16;

  /** After how many iterations a loop ends: some chunks, and a rest. */
  static final long ITERATIONS = 600;

  final Assembler assembler;
  private final Label start = new Label();

  LoopBody(long origin) {
    assembler = new Assembler(origin);
    assembler.bind(start);
  }

  void load(Opcode opcode, int rd, int base, long offset) {
    assembler.add(Code.immediate(opcode, rd, base, offset));
  }

  void store(Opcode opcode, int source, int base, long offset) {
    assembler.add(Code.store(opcode, source, base, offset));
  }

  void add(int register, long value) {
    assembler.add(Code.immediate(Opcode.ADDI, register, register, value));
  }

  /** Leaves the loop when the condition holds. */
  void whileNot(Opcode condition, int rs1, int rs2) {
    Label end = new Label();
    assembler.branch(condition, rs1, rs2, end);
    assembler.jump(0, start);
    assembler.bind(end);
  }
}
