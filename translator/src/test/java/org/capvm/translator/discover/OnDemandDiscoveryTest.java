package org.capvm.translator.discover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Discovery from an address, on a few instructions at 0x1000. */
class OnDemandDiscoveryTest {
  private static final int RET = 0x8082;
  private static final int ECALL = 0x00000073;
  private static final int NOP = 0x0001;

  private static Terminator first(FunctionCode function) {
    return function.blocks().getFirst().end();
  }

  @Test
  void aReturnEndsTheFunction() {
    FunctionCode function = new WordCode().half(NOP).half(RET).half(NOP).discover(0x1000);
    assertEquals(1, function.blocks().size());
    assertEquals(2, function.blocks().getFirst().size());
    assertEquals(new Terminator.Return(), first(function));
    assertEquals(0x1004, function.limit());
    assertEquals(Origin.ON_DEMAND, function.origin());
  }

  @Test
  void nothingToFetchIsNoFunction() {
    WordCode code = new WordCode().half(RET);
    assertEquals(Optional.empty(), Discovery.at(code, 0x2000, 0x1000, 0x3000));
    assertEquals(Optional.empty(), Discovery.at(code, 0x1001, 0x1000, 0x1002));
    assertEquals(Optional.empty(), Discovery.at(code, 0x1000, 0x1002, 0x1004));
  }

  @Test
  void aLoopIsTwoBlocks() {
    // addi a0, a0, -1; bnez a0, 0x1000; ret
    FunctionCode function = new WordCode().half(0x157d).half(0xfd7d).half(RET).discover(0x1000);
    assertEquals(new Terminator.Branch(0x1000, 0x1004), first(function));
    assertEquals(2, function.blocks().size());
  }

  @Test
  void whatLiesBehindTheBoundsIsATailCall() {
    // j 0x1100 with bounds that end before
    FunctionCode function = new WordCode().full(0x1000006f).discover(0x1000);
    assertEquals(new Terminator.TailCall(0x1100), first(function));
    // Falling off the end is too.
    function = new WordCode().half(NOP).discover(0x1000);
    assertEquals(new Terminator.TailCall(0x1002), first(function));
  }

  @Test
  void aCallIsFollowedByABlock() {
    // jal ra, 0x1100; ret
    FunctionCode function = new WordCode().full(0x100000ef).half(RET).discover(0x1000);
    assertEquals(new Terminator.Call(0x1100, 0x1004), first(function));
    assertTrue(function.blockAt(0x1004).isPresent());
  }

  @Test
  void aFarCallIsResolved() {
    // auipc ra, 0x2; jalr ra, 8(ra); ret
    FunctionCode function =
        new WordCode().full(0x00002097).full(0x008080e7).half(RET).discover(0x1000);
    assertEquals(new Terminator.Call(0x3008, 0x1008), first(function));
    assertEquals(2, function.blocks().getFirst().size());
  }

  @Test
  void aFarTailCallIsResolved() {
    // auipc t1, 0x2; jr 8(t1)
    FunctionCode function = new WordCode().full(0x00002317).full(0x00830067).discover(0x1000);
    assertEquals(new Terminator.TailCall(0x3008), first(function));
  }

  @Test
  void indirectTransfers() {
    // jalr a5; jr a5
    FunctionCode function = new WordCode().half(0x9782).half(0x8782).discover(0x1000);
    assertEquals(new Terminator.CallIndirect(0x1002), first(function));
    assertEquals(new Terminator.JumpIndirect(), function.blocks().get(1).end());
  }

  @Test
  void otherLinkRegisters() {
    // jal t0, 0x1100; jr t0
    FunctionCode function = new WordCode().full(0x100002ef).half(0x8282).discover(0x1000);
    assertEquals(new Terminator.AlternateLink(Optional.of(0x1100L), 0x1004), first(function));
    assertEquals(new Terminator.JumpIndirect(), function.blocks().get(1).end());
  }

  @Test
  void anEnvironmentCallEndsItsBlock() {
    FunctionCode function = new WordCode().full(ECALL).half(RET).discover(0x1000);
    assertEquals(new Terminator.EnvironmentCall(0x1004), first(function));
    assertEquals(2, function.blocks().size());
  }

  @Test
  void illegalInstructionsTrap() {
    FunctionCode function = new WordCode().half(NOP).half(0x0000).discover(0x1000);
    assertEquals(new Terminator.Trap(0x1002), first(function));
    // ebreak
    function = new WordCode().half(0x9002).discover(0x1000);
    assertEquals(new Terminator.Trap(0x1000), first(function));
  }

  @Test
  void aJumpIntoAnInstructionMakesOverlappingBlocks() {
    // 0x1000: beqz a0, 0x1006; 0x1004: lui a0, 0x80820 (whose second half is ret); 0x1008: ret
    FunctionCode function =
        new WordCode().full(0x00050363).full(0x80820537).half(RET).discover(0x1000);
    assertEquals(new Terminator.Branch(0x1006, 0x1004), first(function));
    assertEquals(new Terminator.Return(), function.blockAt(0x1006).orElseThrow().end());
    assertEquals(2, function.blockAt(0x1004).orElseThrow().size());
  }

  @Test
  void longStraightLineCodeIsSeveralBlocks() {
    WordCode code = new WordCode();
    for (int i = 0; i < 1000; i++) {
      code.half(NOP);
    }
    FunctionCode function = code.half(RET).discover(0x1000);
    assertEquals(2, function.blocks().size());
    assertEquals(new Terminator.FallThrough(0x1400), first(function));
    assertEquals(1001, function.instructionCount());
  }

  @Test
  void aGuardOfAnEarlierLoadOfTheIndexCounts() {
    // lw a3, 0(a0); li a5, 1; sd s1, 0(sp); bltu a5, a3, 0x101c; lwu a5, 0(a0); lla a3, 0x1020
    // slli a5, a5, 2; add a5, a5, a3; lw a5, 0(a5); jr a5; ret; nop
    WordCode code =
        new WordCode()
            .half(0x4114)
            .half(0x4785)
            .half(0xe026)
            .full(0x00d7eb63)
            .full(0x00056783)
            .half(0x6685)
            .full(0x02068693)
            .half(0x078a)
            .half(0x97b6)
            .half(0x439c)
            .half(0x8782)
            .half(RET)
            .half(NOP)
            .constant(0x101c)
            .constant(0x101e)
            .constant(0x101c);
    Terminator end = code.discover(0x1000).blockAt(0x100a).orElseThrow().end();
    assertEquals(
        List.of(0x101cL, 0x101eL), assertInstanceOf(Terminator.JumpTable.class, end).targets());
  }

  @Test
  void aTableBehindAGuardHasTheGuardsSize() {
    // li a4, 2; bltu a4, a0, 0x101e; auipc a4, 0; addi a4, a4, 26 (the table at 0x1020)
    // slli a0, a0, 2; add a0, a0, a4; lw a0, 0(a0); add a0, a0, a4; jr a0; nop; ret
    WordCode code =
        new WordCode()
            .half(0x4709)
            .full(0x00a76e63)
            .full(0x00000717)
            .full(0x01a70713)
            .half(0x050a)
            .half(0x953a)
            .half(0x4108)
            .half(0x953a)
            .half(0x8502)
            .half(NOP)
            .half(NOP)
            .half(NOP)
            .half(RET);
    // Three entries, then a word that would be a good entry too.
    code.constant(-6).constant(-4).constant(-2).constant(-2);
    FunctionCode function = code.discover(0x1000);
    BasicBlock dispatch = function.blockAt(0x1006).orElseThrow();
    Terminator.JumpTable table = assertInstanceOf(Terminator.JumpTable.class, dispatch.end());
    assertEquals(0x1020, table.table());
    assertEquals(0x1020, table.base());
    assertEquals(List.of(0x101aL, 0x101cL, 0x101eL), table.targets());
    assertEquals(0x1012, table.load());
    assertEquals(Optional.of(new Terminator.Index(10, 0x100e, false)), table.index());
    assertTrue(function.blockAt(0x101c).isPresent());
  }

  @Test
  void aTableWithoutAGuardIsNotGuessed() {
    // auipc a4, 0; addi a4, a4, 16 (the table at 0x1010); slli; add; lw; add; jr
    WordCode code =
        new WordCode()
            .full(0x00000717)
            .full(0x01270713)
            .half(0x050a)
            .half(0x953a)
            .half(0x4108)
            .half(0x953a)
            .half(0x8502);
    code.constant(-4).constant(-4);
    assertEquals(new Terminator.JumpIndirect(), first(code.discover(0x1000)));
  }
}
