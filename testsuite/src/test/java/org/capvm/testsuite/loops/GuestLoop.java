package org.capvm.testsuite.loops;

import static org.capvm.testsuite.loops.LoopBody.A0;
import static org.capvm.testsuite.loops.LoopBody.A1;
import static org.capvm.testsuite.loops.LoopBody.A2;
import static org.capvm.testsuite.loops.LoopBody.A3;
import static org.capvm.testsuite.loops.LoopBody.A4;
import static org.capvm.testsuite.loops.LoopBody.A5;
import static org.capvm.testsuite.loops.LoopBody.A6;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;

/** Loops as compilers make them, each a function that ends with an environment call. */
enum GuestLoop {
  /** while (from != end) *to++ = *from++, bytes. */
  COPY_BYTES(
      (a0, a1) -> a1 + LoopBody.ITERATIONS,
      loop -> {
        loop.load(Opcode.LBU, A3, A1, 0);
        loop.add(A1, 1);
        loop.add(A0, 1);
        loop.store(Opcode.SB, A3, A0, -1);
        loop.whileNot(Opcode.BEQ, A1, A2);
      }),
  /** while (from != end) *--to = *--from, words. */
  COPY_WORDS_BACKWARD(
      (a0, a1) -> a1 - 8 * LoopBody.ITERATIONS,
      loop -> {
        loop.add(A1, -8);
        loop.load(Opcode.LD, A3, A1, 0);
        loop.store(Opcode.SD, A3, A0, -8);
        loop.add(A0, -8);
        loop.whileNot(Opcode.BEQ, A1, A2);
      }),
  /** while (*++s) ; the end of memory is the end of most strings. */
  LENGTH(
      (a0, a1) -> 0,
      loop -> {
        loop.load(Opcode.LBU, A3, A1, 1);
        loop.add(A1, 1);
        loop.whileNot(Opcode.BEQ, A3, 0);
      }),
  /** memset, unrolled. */
  FILL(
      (a0, a1) -> a0 + 64 * LoopBody.ITERATIONS,
      loop -> {
        for (int offset = 0; offset < 64; offset += 8) {
          loop.store(Opcode.SD, A3, A0, offset);
        }
        loop.add(A0, 64);
        loop.whileNot(Opcode.BEQ, A0, A2);
      }),
  /** from[i] with the pointer computed in every iteration; other stores now and then. */
  INDEXED(
      (a0, a1) -> LoopBody.ITERATIONS,
      loop -> {
        Label even = new Label();
        loop.assembler.add(Code.immediate(Opcode.SLLI, A4, A5, 3));
        loop.assembler.add(Code.registers(Opcode.ADD, A4, A4, A1));
        loop.load(Opcode.LW, A3, A4, 4);
        loop.assembler.add(Code.immediate(Opcode.ANDI, A6, A3, 1));
        loop.assembler.branch(Opcode.BEQ, A6, 0, even);
        loop.store(Opcode.SH, A5, A0, 0);
        loop.assembler.bind(even);
        loop.add(A0, 3);
        loop.add(A5, 1);
        loop.whileNot(Opcode.BGEU, A5, A2);
      }),
  /** Each store is what the next iteration loads; a sum at a fixed place counts them. */
  CARRIED(
      (a0, a1) -> a0 + 5 * LoopBody.ITERATIONS,
      loop -> {
        loop.load(Opcode.LD, A3, A0, 0);
        loop.add(A3, 3);
        loop.store(Opcode.SD, A3, A0, 5);
        loop.load(Opcode.LD, A4, A1, 0);
        loop.add(A4, 1);
        loop.store(Opcode.SD, A4, A1, 0);
        loop.add(A0, 5);
        loop.whileNot(Opcode.BEQ, A0, A2);
      });

  /** Where the code lies. */
  static final long TEXT = 0x20000;

  private static final int ECALL = 0x73;
  private static final int RET = 0x8067;

  private final LongBinaryOperator end;
  private final byte[] code;

  GuestLoop(LongBinaryOperator end, Consumer<LoopBody> body) {
    this.end = end;
    this.code = assemble(body);
  }

  /** The a2 that ends the loop in time, where memory does not end it earlier. */
  long end(long a0, long a1) {
    return end.applyAsLong(a0, a1);
  }

  static byte[] assemble(Consumer<LoopBody> body) {
    LoopBody loop = new LoopBody(TEXT);
    body.accept(loop);
    byte[] instructions = loop.assembler.code();
    byte[] code = Arrays.copyOf(instructions, instructions.length + 8);
    ByteBuffer end = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(instructions.length, ECALL).putInt(instructions.length + 4, RET);
    return code;
  }

  byte[] code() {
    return code;
  }

  /** What discovery makes of code at {@link #TEXT}. */
  static FunctionCode discover(byte[] code) {
    ByteBuffer bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    return Discovery.at(
            address ->
                address >= TEXT && address < TEXT + code.length
                    ? Short.toUnsignedInt(bytes.getShort((int) (address - TEXT)))
                    : -1,
            TEXT,
            TEXT,
            TEXT + code.length)
        .orElseThrow();
  }
}
