package org.capvm.testsuite.loops;

import static org.capvm.testsuite.loops.GuestLoop.TEXT;
import static org.capvm.testsuite.loops.LoopBody.A0;
import static org.capvm.testsuite.loops.LoopBody.A1;
import static org.capvm.testsuite.loops.LoopBody.A2;
import static org.capvm.testsuite.loops.LoopBody.A3;
import static org.capvm.testsuite.loops.LoopBody.A4;
import static org.capvm.testsuite.loops.LoopBody.A5;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.LinearForm;
import org.capvm.translator.analyse.StridedLoop;
import org.capvm.translator.analyse.StridedLoop.Access;
import org.capvm.translator.analyse.StridedLoop.Range;
import org.junit.jupiter.api.Test;

/** Which accesses of a loop one range check covers, and which range that is. */
class StridedLoopTest {
  private static final int LAST = StridedLoop.CHUNK - 1;

  private static List<StridedLoop> find(Consumer<LoopBody> body) {
    return StridedLoop.of(new FlowGraph(GuestLoop.discover(GuestLoop.assemble(body))));
  }

  private static StridedLoop only(GuestLoop loop) {
    List<StridedLoop> found = StridedLoop.of(new FlowGraph(GuestLoop.discover(loop.code())));
    assertEquals(1, found.size());
    return found.getFirst();
  }

  private static Range range(Map<Integer, Long> terms, long constant, long length, long stride) {
    return new Range(new LinearForm(new TreeMap<>(terms), constant), length, stride);
  }

  @Test
  void pointersThatMoveForward() {
    StridedLoop loop = only(GuestLoop.COPY_BYTES);
    // The store is behind the step of its pointer.
    assertEquals(
        List.of(
            range(Map.of(A1, 1L), 0, StridedLoop.CHUNK, 1),
            range(Map.of(A0, 1L), 0, StridedLoop.CHUNK, 1)),
        loop.ranges());
    assertEquals(new Access(0, 0), loop.access(TEXT));
    assertEquals(new Access(1, 0), loop.access(TEXT + 12));
  }

  @Test
  void pointersThatMoveBackward() {
    StridedLoop loop = only(GuestLoop.COPY_WORDS_BACKWARD);
    assertEquals(
        List.of(
            range(Map.of(A1, 1L), -8 - 8 * LAST, 8 * StridedLoop.CHUNK, -8),
            range(Map.of(A0, 1L), -8 - 8 * LAST, 8 * StridedLoop.CHUNK, -8)),
        loop.ranges());
    assertEquals(new Access(0, 8 * LAST), loop.access(TEXT + 4));
    assertEquals(new Access(1, 8 * LAST), loop.access(TEXT + 8));
  }

  @Test
  void nearAccessesShareARange() {
    StridedLoop loop = only(GuestLoop.FILL);
    assertEquals(List.of(range(Map.of(A0, 1L), 0, 64 * StridedLoop.CHUNK, 64)), loop.ranges());
    assertEquals(new Access(0, 56), loop.access(TEXT + 28));
  }

  @Test
  void addressesComputedFromAnIndex() {
    StridedLoop loop = only(GuestLoop.INDEXED);
    assertEquals(
        List.of(
            range(Map.of(A1, 1L, A5, 8L), 4, 8 * LAST + 4, 8),
            range(Map.of(A0, 1L), 0, 3 * LAST + 2, 3)),
        loop.ranges());
  }

  @Test
  void aFixedPlaceInALoopThatMoves() {
    StridedLoop loop = only(GuestLoop.CARRIED);
    assertEquals(
        List.of(range(Map.of(A0, 1L), 0, 5 * LAST + 13, 5), range(Map.of(A1, 1L), 0, 8, 0)),
        loop.ranges());
  }

  @Test
  void aLoopThatWaitsStaysAsItIs() {
    assertEquals(
        List.of(),
        find(
            loop -> {
              loop.load(Opcode.LW, A3, A0, 0);
              loop.add(A1, 1);
              loop.whileNot(Opcode.BNE, A3, 0);
            }));
  }

  @Test
  void aLoopWithAFenceOrAnAtomicStaysAsItIs() {
    for (Code code :
        List.of(
            Code.immediate(Opcode.FENCE, 0, 0, 0xff),
            Code.registers(Opcode.AMOADD_W, A4, A3, A1))) {
      assertEquals(
          List.of(),
          find(
              loop -> {
                loop.load(Opcode.LW, A3, A0, 0);
                loop.assembler.add(code);
                loop.add(A0, 4);
                loop.whileNot(Opcode.BEQ, A3, 0);
              }));
    }
  }

  @Test
  void aStepOnOneWayOnlyIsNoStride() {
    List<StridedLoop> found =
        find(
            loop -> {
              Label skip = new Label();
              loop.load(Opcode.LD, A3, A0, 0);
              loop.load(Opcode.LD, A4, A1, 0);
              loop.assembler.branch(Opcode.BEQ, A3, A4, skip);
              loop.add(A1, 8);
              loop.assembler.bind(skip);
              loop.add(A0, 8);
              loop.whileNot(Opcode.BEQ, A0, A2);
            });
    StridedLoop loop = found.getFirst();
    assertEquals(List.of(range(Map.of(A0, 1L), 0, 8 * StridedLoop.CHUNK, 8)), loop.ranges());
    assertNull(loop.access(TEXT + 4));
  }

  @Test
  void anAddressThatWasLoadedIsUnknown() {
    List<StridedLoop> found =
        find(
            loop -> {
              loop.load(Opcode.LD, A3, A0, 0);
              loop.load(Opcode.LD, A4, A3, 8);
              loop.add(A0, 8);
              loop.whileNot(Opcode.BEQ, A0, A2);
            });
    assertNull(found.getFirst().access(TEXT + 4));
  }

  @Test
  void anAddressThatWrapsIsOneOf64Bits() {
    // 2^63 apart: no span, whatever the sign of the difference.
    List<StridedLoop> found =
        find(
            loop -> {
              loop.assembler.add(Code.immediate(Opcode.ADDI, A4, 0, 1));
              loop.assembler.add(Code.immediate(Opcode.SLLI, A4, A4, 63));
              loop.assembler.add(Code.registers(Opcode.ADD, A4, A4, A0));
              loop.load(Opcode.LD, A3, A4, 0);
              loop.load(Opcode.LD, A3, A0, 0);
              loop.add(A0, 8);
              loop.whileNot(Opcode.BEQ, A0, A2);
            });
    assertEquals(
        List.of(
            range(Map.of(A0, 1L), Long.MIN_VALUE, 8 * StridedLoop.CHUNK, 8),
            range(Map.of(A0, 1L), 0, 8 * StridedLoop.CHUNK, 8)),
        found.getFirst().ranges());
  }
}
