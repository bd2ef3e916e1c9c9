package org.capvm.testsuite.random;

import static org.capvm.testsuite.random.Registers.BUFFER;
import static org.capvm.testsuite.random.Registers.RA;
import static org.capvm.testsuite.random.Registers.SP;
import static org.capvm.testsuite.random.Registers.TEMPORARY;
import static org.capvm.testsuite.random.Registers.ZERO;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Assembler;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;

/**
 * Assembles a random program: a start that gives every register a value, the functions, and an end
 * that writes the registers and the buffer to the standard output.
 */
final class ProgramAssembler {
  private static final int FCSR = 3;
  private static final int WRITE = 64;
  private static final int EXIT_GROUP = 94;

  final Assembler text = new Assembler(Layout.TEXT);
  final List<Label> functions = new ArrayList<>();
  private final JumpTables tables = new JumpTables();
  private final RandomProgram program;

  private ProgramAssembler(RandomProgram program) {
    this.program = program;
    program.functions().forEach(function -> functions.add(new Label()));
  }

  static Assembly assemble(RandomProgram program) {
    return new ProgramAssembler(program).assemble();
  }

  private Assembly assemble() {
    start();
    for (int i = 0; i < functions.size(); i++) {
      text.bind(functions.get(i));
      new FunctionAssembler(this, program.functions().get(i), i).assemble();
    }
    ByteBuffer table = ByteBuffer.allocate(8 * functions.size()).order(ByteOrder.LITTLE_ENDIAN);
    functions.forEach(label -> table.putLong(label.address()));
    return new Assembly(text.code(), tables.bytes(), program.buffer(), table.array());
  }

  JumpTables tables() {
    return tables;
  }

  private void start() {
    constant(SP, Layout.STACK_TOP);
    constant(BUFFER, Layout.BUFFER + Layout.BUFFER_SIZE / 2);
    for (int i = 0; i < 32; i++) {
      boolean given = !program.isBrief() || Registers.ARGUMENTS.contains(i);
      if (given && i != ZERO && i != SP && i != BUFFER) {
        text.add(Code.immediate(Opcode.LD, i, BUFFER, 8L * i));
      }
      if (given) {
        text.add(Code.immediate(Opcode.FLD, i, BUFFER, -8L * i));
      }
    }
    text.jump(RA, functions.getFirst());
    constant(TEMPORARY, Layout.DUMP);
    for (int i = 0; i < 32; i++) {
      // What the callee may destroy says nothing; its results and what it must keep do.
      boolean kept = !program.isBrief() && Registers.isCalleeSaved(i);
      if (kept || i == SP || i == 3 || i == 4 || isResult(i)) {
        text.add(Code.store(Opcode.SD, i, TEMPORARY, 8L * i));
      }
      if (kept || isResult(i)) {
        text.add(Code.store(Opcode.FSD, i, TEMPORARY, 256 + 8L * i));
      }
    }
    text.add(Code.immediate(Opcode.CSRRS, Registers.TEMPORARY_2, ZERO, FCSR));
    text.add(Code.store(Opcode.SD, Registers.TEMPORARY_2, TEMPORARY, 512));
    constant(10, 1);
    constant(11, Layout.BUFFER);
    constant(12, Layout.OUTPUT_SIZE);
    constant(17, WRITE);
    text.add(Code.immediate(Opcode.ECALL, 0, 0, 0));
    constant(10, 0);
    constant(17, EXIT_GROUP);
    text.add(Code.immediate(Opcode.ECALL, 0, 0, 0));
  }

  private static boolean isResult(int register) {
    return Registers.RESULTS.contains(register);
  }

  /** Loads a constant of at most 31 bits. */
  void constant(int register, long value) {
    long low = value << 52 >> 52;
    if (value == low) {
      text.add(Code.immediate(Opcode.ADDI, register, ZERO, low));
      return;
    }
    text.add(Code.immediate(Opcode.LUI, register, 0, value - low));
    if (low != 0) {
      text.add(Code.immediate(Opcode.ADDI, register, register, low));
    }
  }
}
