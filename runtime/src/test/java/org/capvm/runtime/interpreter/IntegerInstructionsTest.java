package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.A1;
import static org.capvm.runtime.interpreter.Machine.A2;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.capvm.runtime.isa.Assembler;
import org.capvm.runtime.isa.Format;
import org.capvm.runtime.isa.IntegerOperations;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RV64I and M without memory and jumps: these operands give that result. */
class IntegerInstructionsTest {
  private static final long MIN = Long.MIN_VALUE;
  private static final long MAX = Long.MAX_VALUE;
  private static final long WORD_MIN = Integer.MIN_VALUE;

  /** a0 = opcode(a1, a2) */
  private static void register(Opcode opcode, long a, long b, long expected) {
    try (Machine m = new Machine()) {
      m.words(Assembler.register(opcode, A0, A1, A2));
      m.hart.x11 = a;
      m.hart.x12 = b;
      assertEquals(expected, m.run().x10, () -> "%s 0x%x, 0x%x".formatted(opcode, a, b));
    }
  }

  /** a0 = opcode(a1, immediate) */
  private static void immediate(Opcode opcode, long a, int b, long expected) {
    try (Machine m = new Machine()) {
      m.words(Assembler.immediate(opcode, A0, A1, b));
      m.hart.x11 = a;
      assertEquals(expected, m.run().x10, () -> "%s 0x%x, %d".formatted(opcode, a, b));
    }
  }

  @Test
  void additionsWrap() {
    register(ADD, MAX, 1, MIN);
    register(SUB, MIN, 1, MAX);
    immediate(ADDI, 5, -2048, -2043);
    register(ADDW, 0x7fff_ffff, 1, WORD_MIN);
    register(ADDW, 0xffff_ffff_0000_0001L, 1, 2);
    register(SUBW, WORD_MIN, 1, 0x7fff_ffff);
    immediate(ADDIW, 0x7fff_ffff, 1, WORD_MIN);
    immediate(ADDIW, 0x1_8000_0000L, 0, WORD_MIN);
  }

  @Test
  void comparisonsAreSignedOrUnsigned() {
    register(SLT, -1, 0, 1);
    register(SLTU, -1, 0, 0);
    register(SLT, MIN, MAX, 1);
    register(SLTU, MIN, MAX, 0);
    immediate(SLTI, -3, -2, 1);
    immediate(SLTIU, 5, -1, 1);
    immediate(SLTIU, -1, -1, 0);
  }

  @Test
  void logicUsesTheSignExtendedImmediate() {
    register(XOR, 0xff00, 0x0ff0, 0xf0f0);
    register(OR, 0xff00, 0x0ff0, 0xfff0);
    register(AND, 0xff00, 0x0ff0, 0x0f00);
    immediate(XORI, 0x1234, -1, ~0x1234L);
    immediate(ORI, MIN, 1, MIN + 1);
    immediate(ANDI, -1, -16, -16);
  }

  @Test
  void shiftsTakeTheLowBitsOfTheAmount() {
    register(SLL, 1, 63, MIN);
    register(SLL, 1, 64 + 3, 8);
    register(SRL, MIN, 63, 1);
    register(SRA, MIN, 63, -1);
    register(SLLW, 1, 31, WORD_MIN);
    register(SLLW, 1, 32 + 3, 8);
    register(SRLW, WORD_MIN, 0, WORD_MIN);
    register(SRLW, WORD_MIN, 31, 1);
    register(SRAW, WORD_MIN, 31, -1);
    register(SRLW, 0x1_0000_0010L, 4, 1);
    immediate(SLLI, 1, 63, MIN);
    immediate(SRLI, -1, 60, 15);
    immediate(SRAI, MIN, 62, -2);
    immediate(SLLIW, 3, 31, WORD_MIN);
    immediate(SRLIW, -1, 4, 0x0fff_ffff);
    immediate(SRAIW, 0x8000_0000L, 31, -1);
  }

  @Test
  void multiplications() {
    register(MUL, MAX, 2, -2);
    register(MULH, MIN, MIN, 1L << 62);
    register(MULH, -1, -1, 0);
    register(MULHU, -1, -1, -2);
    register(MULHSU, -1, -1, -1);
    register(MULHSU, MIN, MIN, -(1L << 62));
    register(MULHSU, 2, -1, 1);
    register(MULW, 0x1_0000, 0x8000, WORD_MIN);
  }

  @Test
  void divisionsByZeroAndOverflow() {
    register(DIV, 7, -2, -3);
    register(REM, 7, -2, 1);
    register(DIV, 7, 0, -1);
    register(REM, 7, 0, 7);
    register(DIV, MIN, -1, MIN);
    register(REM, MIN, -1, 0);
    register(DIVU, -1, 2, MAX);
    register(REMU, -1, 16, 15);
    register(DIVU, 7, 0, -1);
    register(REMU, -7, 0, -7);
    register(DIVW, WORD_MIN, -1, WORD_MIN);
    register(REMW, WORD_MIN, -1, 0);
    register(DIVW, 7, 1L << 32, -1);
    register(REMW, 0x1_8000_0000L, 0, WORD_MIN);
    register(DIVUW, 0xffff_ffffL, 1, -1);
    register(DIVUW, 1, 0, -1);
    register(REMUW, 0xffff_ffffL, 0, -1);
  }

  @Test
  void upperImmediates() {
    try (Machine m = new Machine()) {
      m.words(Assembler.upper(LUI, A0, 0x8000_0000), Assembler.upper(AUIPC, A1, 0xffff_f000));
      m.run();
      assertEquals(WORD_MIN, m.hart.x10);
      assertEquals(Machine.CODE + 4 - 0x1000, m.hart.x11);
    }
  }

  @Test
  void registerZeroStaysZero() {
    try (Machine m = new Machine()) {
      m.words(Assembler.immediate(ADDI, 0, 0, 5), Assembler.register(ADD, A0, 0, 0));
      m.hart.x10 = 9;
      assertEquals(0, m.run().x10);
    }
  }

  @Test
  void compressedInstructionsAdvanceByTwo() {
    try (Machine m = new Machine()) {
      // c.li a0,1; c.slli a0,3; c.mv a1,a0; c.add a1,a0
      m.halfWords(0x4505, 0x050e, 0x85aa, 0x95aa).run();
      assertEquals(8, m.hart.x10);
      assertEquals(16, m.hart.x11);
      assertEquals(Machine.CODE + 8, m.trapAddresses.getLast());
    }
  }

  static Stream<Opcode> computational() {
    return Arrays.stream(Opcode.values())
        .filter(o -> o.operation() != null && o.operation().owner().equals(Operation.INTEGER))
        .filter(o -> o.format() != Format.BRANCH);
  }

  /** The interpreter does what the operation that the definition names does. */
  @ParameterizedTest
  @MethodSource("computational")
  void agreesWithTheDefinition(Opcode opcode) throws Throwable {
    var operation =
        MethodHandles.lookup()
            .findStatic(
                IntegerOperations.class,
                opcode.operation().name(),
                MethodType.methodType(long.class, long.class, long.class));
    long[] edges = {0, 1, -1, 31, MIN, MAX, WORD_MIN, 0x7fff_ffff, 0xffff_ffffL, 1L << 32};
    for (long a : edges) {
      for (long b : edges) {
        if (opcode.format() == Format.REGISTER) {
          register(opcode, a, b, (long) operation.invokeExact(a, b));
        } else {
          int small = opcode.format() == Format.SHIFT ? (int) b & 31 : (int) (b << 52 >> 52);
          immediate(opcode, a, small, (long) operation.invokeExact(a, (long) small));
        }
      }
    }
  }
}
