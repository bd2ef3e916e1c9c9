package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What happens at the end of a block: branches, jumps, switches, returns; calls go on. */
final class TransferEmitter {
  private final BodyEmitter e;
  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final CallEmitter calls;

  TransferEmitter(BodyEmitter emitter) {
    this.e = emitter;
    this.mv = emitter.mv;
    this.registers = emitter.registers;
    this.calls = new CallEmitter(emitter);
  }

  /** How many instructions of a block come before the one that transfers control. */
  int bodySize(BasicBlock block) {
    return switch (block.end()) {
      case Terminator.FallThrough f -> block.size();
      case Terminator.TailCall t -> isJump(block) ? block.size() - 1 : block.size();
      default -> block.size() - 1;
    };
  }

  private static boolean isJump(BasicBlock block) {
    return switch (last(block).opcode()) {
      case JAL, JALR -> true;
      default -> false;
    };
  }

  private static Instruction last(BasicBlock block) {
    return block.instruction(block.size() - 1);
  }

  /** Notes the index of a jump table where it is computed. */
  void beforeInstruction(BasicBlock block, int k) {
    if (block.end() instanceof Terminator.JumpTable table && block.address(k) == table.load()) {
      Instruction load = block.instruction(k);
      registers.pushLong(load.rs1());
      Constants.push(mv, load.immediate() - table.table() - e.file.bias);
      mv.visitInsn(Opcodes.LADD);
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, Names.EXITS, "tableIndex", "(J)I", false);
      mv.visitVarInsn(Opcodes.ISTORE, e.scratch());
      registers.declare(e.scratch(), Opcodes.INTEGER);
    }
  }

  void emit(int b) {
    BasicBlock block = e.graph.block(b);
    switch (block.end()) {
      case Terminator.FallThrough(long next) -> go(b, next);
      case Terminator.Jump(long target) -> {
        link(last(block), block);
        go(b, target);
      }
      case Terminator.Branch(long taken, long next) -> branch(b, last(block), taken, next);
      case Terminator.Call(long target, long returnTo) -> {
        if (!e.writeBacks.isExactCall(b)) {
          calls.direct(b, target, returnTo);
        } else {
          calls.exact(b, target, returnTo);
        }
        goBehindCall(b, returnTo);
      }
      case Terminator.CallIndirect(long returnTo) -> {
        if (!e.writeBacks.isExactCall(b)) {
          calls.indirect(b, last(block), returnTo);
        } else {
          calls.exact(b, last(block), returnTo);
        }
        goBehindCall(b, returnTo);
      }
      case Terminator.TailCall(long target) -> go(b, target);
      case Terminator.JumpIndirect j -> calls.jump(b, last(block));
      case Terminator.JumpTable table -> jumpTable(b, table);
      case Terminator.ComputedGoto computed -> {
        if (e.graph.isTailJump(b)) {
          calls.jump(b, last(block));
        } else {
          computedGoto(b, computed.labels());
        }
      }
      case Terminator.Return r -> calls.returnFromFunction(b);
      case Terminator.AlternateLink a -> leaveAt(b, block.address(block.size() - 1));
      case Terminator.EnvironmentCall(long next) -> {
        environmentCall(b, block.address(block.size() - 1));
        if (e.graph.blockAt(next) < 0) {
          e.leave(RegisterSet.NONE, next); // exit() as a function's last instruction
        } else {
          go(b, next);
        }
      }
      case Terminator.Trap(long address) -> leaveAt(b, address);
    }
  }

  /** Registers to have where a jump goes to no known label: all that are newer than the hart's. */
  private long wantedAnywhere(int b) {
    return e.writeBacks.liveAtEnd(b) | registers.dirty & e.writeBacks.heldAtEnd(b);
  }

  private void link(Instruction jump, BasicBlock block) {
    if (jump.rd() != 0) {
      Constants.push(mv, block.limit() + e.file.bias);
      registers.setLong(jump.rd(), false);
    }
  }

  private void leaveAt(int b, long address) {
    e.leave(e.writeBacks.liveAtEnd(b), address);
  }

  /** Goes to an address: a block of this method, of another method of the function, or away. */
  private void go(int b, long address) {
    int target = e.graph.blockAt(address);
    if (target >= 0) {
      e.leaveBlock(b);
    }
    if (target < 0) {
      calls.tailCall(b, address);
    } else if (!e.blocks.contains(target)) {
      e.blocks.emitLeaveTo(e, b, target);
    } else if (e.isBackward(b, target)) {
      e.emitBackwardJump(b, target);
    } else if (!e.falls(b, target)) {
      mv.visitJumpInsn(Opcodes.GOTO, e.label(b, target));
    }
  }

  /** Nothing is known behind a call that should not return; if it does, the interpreter looks. */
  private void goBehindCall(int b, long returnTo) {
    if (e.graph.blockAt(returnTo) < 0 || e.graph.neverReturns(b)) {
      e.leave(RegisterSet.NONE, returnTo);
    } else {
      go(b, returnTo);
    }
  }

  /** Conditional branches only go forward; a backward one is inverted around a goto. */
  private void branch(int b, Instruction i, long taken, long next) {
    e.leaveBlock(b);
    int target = e.graph.blockAt(taken);
    if (target >= 0 && e.blocks.contains(target) && !e.isBackward(b, target)) {
      e.integers.branch(i, true, e.label(b, target));
      go(b, next);
      return;
    }
    RegisterLocals.State state = registers.state();
    int fall = e.graph.blockAt(next);
    boolean falls = fall >= 0 && e.blocks.contains(fall) && e.falls(b, fall);
    Label otherwise = falls ? e.label(b, fall) : new Label();
    e.integers.branch(i, false, otherwise);
    go(b, taken);
    if (!falls) {
      registers.restore(state);
      mv.visitLabel(otherwise);
      registers.frame(e.writeBacks.liveAtEnd(b));
      go(b, next);
    }
  }

  private void environmentCall(int b, long address) {
    long live = e.writeBacks.liveAtEnd(b) & ~bit(RegisterSet.SP);
    registers.writeBack(registers.dirtyAmong(live) & ~bit(RegisterSet.SP));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    registers.pushLong(RegisterSet.SP);
    Constants.push(mv, address + e.file.bias);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Names.EXITS,
        "environmentCall",
        "(" + Names.HART_TYPE + "JJ)J",
        false);
    registers.setLong(RegisterSet.A0, false);
  }

  private void jumpTable(int b, Terminator.JumpTable table) {
    BasicBlock block = e.graph.block(b);
    Instruction jump = last(block);
    List<Long> targets = table.targets();
    if (!Dispatch.isIndexed(block, table)) {
      computedGoto(b, targets.stream().distinct().sorted().toList());
      return;
    }
    e.leaveBlock(b);
    mv.visitVarInsn(Opcodes.ILOAD, e.scratch());
    registers.declare(e.scratch(), null);
    long live = wantedAnywhere(b) | target(jump);
    Label otherwise = e.outOfLine(live, () -> calls.leaveTo(live, jump));
    Label[] labels = switchLabels(b, targets);
    mv.visitTableSwitchInsn(0, labels.length - 1, otherwise, labels);
  }

  /**
   * The labels of the entries of a jump table. Entries that lead to other regions share one way
   * out, which looks the index up again; the index, on the JVM stack, is noted for it.
   */
  private Label[] switchLabels(int b, List<Long> targets) {
    Map<Long, Label> known = new HashMap<>();
    BasicBlock block = e.graph.block(b);
    if (e.blocks instanceof Region region
        && block.end() instanceof Terminator.JumpTable table
        && region.leavesByTable(b, table)) {
      Instruction jump = last(block);
      long live = wantedAnywhere(b) | target(jump);
      Label elsewhere =
          e.outOfLine(
              live,
              () -> {
                Label poll = e.outOfLine(live, () -> calls.leaveTo(live, jump));
                region.emitTableExit(e, b, table, poll);
              });
      for (long target : targets) {
        int t = e.graph.blockAt(target);
        if (t >= 0 && !e.blocks.contains(t)) {
          known.put(target, elsewhere);
        }
      }
      mv.visitInsn(Opcodes.DUP);
      region.storeEntry(mv);
    }
    return targets.stream()
        .map(target -> known.computeIfAbsent(target, t -> switchLabel(b, t)))
        .toArray(Label[]::new);
  }

  private void computedGoto(int b, List<Long> targets) {
    e.leaveBlock(b);
    Instruction jump = last(e.graph.block(b));
    long live = wantedAnywhere(b) | target(jump);
    Runnable elsewhere =
        e.graph.mayTailJump(b) ? () -> calls.jump(b, jump) : () -> calls.leaveTo(live, jump);
    Label otherwise = e.outOfLine(live, elsewhere);
    if (e.blocks instanceof Region region) {
      Label poll =
          e.graph.mayTailJump(b) ? e.outOfLine(live, () -> calls.leaveTo(live, jump)) : otherwise;
      region.emitComputedGoto(e, b, () -> calls.pushTarget(jump), otherwise, poll);
      return;
    }
    TreeMap<Long, Integer> numbers = new TreeMap<>();
    Label[] labels = new Label[targets.size()];
    for (int k = 0; k < labels.length; k++) {
      numbers.put(targets.get(k), k);
      labels[k] = switchLabel(b, targets.get(k));
    }
    Dispatch.emitLookup(mv, () -> calls.pushTarget(jump), numbers, e.file.bias);
    mv.visitTableSwitchInsn(0, labels.length - 1, otherwise, labels);
  }

  private static long target(Instruction jump) {
    return bit(jump.rs1());
  }

  private Label switchLabel(int b, long address) {
    int target = e.graph.blockAt(address);
    if (target >= 0 && e.blocks.contains(target) && !e.isBackward(b, target)) {
      return e.label(b, target);
    }
    return e.outOfLine(e.writeBacks.liveAtEnd(b), () -> go(b, address));
  }
}
