package org.capvm.testsuite.random;

import static org.capvm.testsuite.random.Registers.BUFFER;
import static org.capvm.testsuite.random.Registers.TEMPORARY;
import static org.capvm.testsuite.random.Registers.TEMPORARY_2;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/**
 * Generates loops over the buffer as compilers make them: two pointers that move by constants, up
 * or down, and a counter or a last address; source and destination may overlap.
 */
final class StridedLoops {
  private static final List<Opcode> LOADS =
      List.of(Opcode.LB, Opcode.LBU, Opcode.LH, Opcode.LHU, Opcode.LW, Opcode.LWU, Opcode.LD);
  private static final List<Opcode> STORES = List.of(Opcode.SB, Opcode.SH, Opcode.SW, Opcode.SD);

  /** Bytes of the buffer that pointers may start at, from its middle. */
  private static final int REACH = Layout.BUFFER_SIZE / 2 - 8;

  /**
   * A loop.
   *
   * @param cost about how many instructions it executes
   */
  record Loop(Statement statement, long cost) {}

  private final Random random;
  private final InstructionGenerator instructions;
  private final List<Integer> registers;

  StridedLoops(Random random, InstructionGenerator instructions, List<Integer> registers) {
    this.random = random;
    this.instructions = instructions;
    this.registers = registers;
  }

  Loop loop() {
    int stride = stride();
    int other = random.nextInt(3) == 0 ? stride() : stride;
    int most = 2 * REACH / Math.max(1, Math.max(Math.abs(stride), Math.abs(other)));
    int count = 1 + random.nextInt(Math.min(most, random.nextInt(4) == 0 ? 600 : 40));
    // The innermost counter: strided loops are innermost, and these registers are saved.
    int counter = registers.get(random.nextInt(registers.size()));
    List<Code> start = new ArrayList<>();
    start.add(pointer(TEMPORARY, stride, count));
    start.add(pointer(TEMPORARY_2, other, count));
    boolean toAddress = stride != 0 && random.nextBoolean() && Math.abs(stride * count) < 2048;
    start.add(
        toAddress
            ? Code.immediate(Opcode.ADDI, counter, TEMPORARY, (long) stride * count)
            : Code.immediate(Opcode.ADDI, counter, Registers.ZERO, count));
    List<Code> body = new ArrayList<>();
    Statement.Condition found = accesses(body, counter);
    body.add(Code.immediate(Opcode.ADDI, TEMPORARY, TEMPORARY, stride));
    body.add(Code.immediate(Opcode.ADDI, TEMPORARY_2, TEMPORARY_2, other));
    if (!toAddress) {
      body.add(Code.immediate(Opcode.ADDI, counter, counter, -1));
    }
    Statement.Condition end =
        toAddress
            ? new Statement.Condition(Opcode.BNE, TEMPORARY, counter, false)
            : new Statement.Condition(Opcode.BNE, counter, Registers.ZERO, false);
    return new Loop(
        new Statement.Strided(List.copyOf(start), List.copyOf(body), end, found),
        (long) count * (body.size() + 2));
  }

  private int stride() {
    int size = 1 << random.nextInt(4);
    return switch (random.nextInt(6)) {
      case 0 -> -size;
      case 1 -> size * (1 + random.nextInt(20));
      case 2 -> random.nextInt(-9, 10);
      default -> size;
    };
  }

  /** A pointer that stays within the buffer for all iterations. */
  private Code pointer(int register, int stride, int count) {
    int way = stride * (count - 1);
    int low = Math.max(-REACH, -REACH - way);
    int high = Math.min(REACH - 8, REACH - 8 - way);
    return Code.immediate(Opcode.ADDI, register, BUFFER, random.nextInt(low, high + 1));
  }

  /** What an iteration does; returns when it ends the loop, or null. */
  private Statement.Condition accesses(List<Code> body, int counter) {
    int value = other(counter);
    Opcode load = LOADS.get(random.nextInt(LOADS.size()));
    Opcode store = STORES.get(random.nextInt(STORES.size()));
    switch (random.nextInt(4)) {
      case 0 -> body.add(Code.store(store, instructions.source(), TEMPORARY, offset()));
      case 1 -> {
        body.add(Code.immediate(load, value, TEMPORARY, offset()));
        body.add(Code.store(store, value, TEMPORARY_2, offset()));
      }
      case 2 -> {
        int sum = other(counter);
        body.add(Code.immediate(load, value, TEMPORARY, offset()));
        body.add(Code.registers(Opcode.ADD, sum, sum, value));
        body.add(Code.immediate(load, value, TEMPORARY_2, offset()));
        body.add(Code.registers(Opcode.XOR, sum, sum, value));
      }
      default -> {
        body.add(Code.immediate(load, value, TEMPORARY, offset()));
        return new Statement.Condition(Opcode.BEQ, value, other(counter), false);
      }
    }
    return null;
  }

  private int offset() {
    return random.nextBoolean() ? 0 : random.nextInt(9);
  }

  private int other(int counter) {
    int register = counter;
    while (register == counter) {
      register = registers.get(random.nextInt(registers.size()));
    }
    return register;
  }
}
