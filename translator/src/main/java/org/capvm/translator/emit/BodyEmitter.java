package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.Effects;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.Liveness;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.analyse.StridedLoop;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Generates one JVM method from blocks of a guest function: the prologue, the blocks in address
 * order, and behind them what is rarely executed.
 *
 * <p>What a block ends with is emitted by {@link TransferEmitter}.
 */
final class BodyEmitter {
  /**
   * Iterations between two looks at the poll flag: at most about 1 ms in a loop whose body takes 50
   * ns. The countdown is an int so that C2 sees a counted loop.
   */
  private static final int ITERATIONS_PER_POLL = 20_000;

  final FileContext file;
  final FunctionSummary function;
  final FlowGraph graph;
  final MethodBlocks blocks;
  final MethodVisitor mv;
  final RegisterLocals registers;
  final Liveness live;
  final NarrowTypes types;
  final WriteBacks writeBacks;
  final long tracked;
  final MemoryEmitter memory;
  final IntegerEmitter integers;
  final DispatcherExits exits;

  /** The local that holds the stack pointer to return with. */
  int returnSp;

  /** The local that holds the host address of sp at the entry; -1 without in-range accesses. */
  int frameBase = -1;

  private final FloatEmitter floats;
  private final SystemEmitter system;
  private final TransferEmitter transfers;
  private final LoopVersions loops;
  private final Label[] labels;
  private final Map<Integer, Label> polls = new HashMap<>();
  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();
  private int countdown = -1;
  private int scratch = -1;
  private int callee = -1;
  private boolean copySp;
  private final int window;

  /**
   * @param loops of the method that get a version without checks
   */
  BodyEmitter(MethodBlocks blocks, MethodVisitor mv, List<StridedLoop> loops) {
    this.file = blocks.file;
    this.function = blocks.function;
    this.graph = function.graph();
    this.blocks = blocks;
    this.mv = mv;
    this.live = blocks.live();
    this.types = blocks.types();
    this.tracked = blocks.tracked();
    this.writeBacks = blocks.writeBacks();
    this.registers = new RegisterLocals(mv, file.isPrecise());
    this.labels = new Label[graph.size()];
    for (int b = blocks.first(); b >= 0; b = blocks.next(b)) {
      labels[b] = new Label();
    }
    blocks.declareParameters(registers, this);
    this.window = registers.reserve(Names.WINDOW);
    if (blocks.hasLoop()) {
      countdown = registers.reserve(Opcodes.INTEGER);
    }
    if (blocks.frame() != null) {
      frameBase = registers.reserve(Opcodes.LONG);
    }
    if (returnSp == 0) {
      returnSp = registers.reserve(Opcodes.LONG);
      copySp = true;
    }
    this.exits = new DispatcherExits(mv, registers);
    FaultExits faults = file.isPrecise() ? new FaultExits(this) : null;
    this.memory = new MemoryEmitter(mv, registers, window, faults, file.clearsTags());
    this.integers = new IntegerEmitter(mv, registers, file.bias);
    this.floats = new FloatEmitter(mv, registers, faults);
    this.system = new SystemEmitter(mv, registers, memory, file.clearsTags());
    this.transfers = new TransferEmitter(this);
    this.loops = new LoopVersions(this, loops);
  }

  void emit() {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "window", Names.WINDOW_TYPE);
    mv.visitVarInsn(Opcodes.ASTORE, window);
    if (copySp) {
      mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.STACK_POINTER);
      mv.visitVarInsn(Opcodes.LSTORE, returnSp);
    }
    if (countdown >= 0) {
      Constants.push(mv, ITERATIONS_PER_POLL);
      mv.visitVarInsn(Opcodes.ISTORE, countdown);
    }
    blocks.emitEntry(this);
    for (int b = blocks.first(); b >= 0; b = blocks.next(b)) {
      emitBlock(b);
    }
    while (!outOfLine.isEmpty()) {
      outOfLine.poll().run();
    }
    exits.emit();
  }

  private void emitBlock(int b) {
    if (loops.isHead(b)) {
      loops.emit(b);
    } else {
      mv.visitLabel(labels[b]);
    }
    startBlock(b);
    if (blocks.isJumpTarget(b) || loops.isJumpTarget(b)) {
      frame(b);
    }
    emitInstructions(b);
  }

  /** Sets the state of the registers to the one that every way to a block agrees on. */
  void startBlock(int b) {
    registers.held = blocks.heldAtStart(b);
    registers.narrow = types.narrowIn(b) & registers.held;
    registers.narrowWhenLoaded = types.narrowIn(b);
    registers.dirty = writeBacks.dirtyIn(b) & registers.held;
    floats.forgetRoundingMode();
  }

  /** Emits the frame of a block that something jumps to. */
  void frame(int b) {
    registers.frame(blocks.heldAtStart(b));
    if (mayBeEmpty(graph.block(b))) {
      mv.visitInsn(Opcodes.NOP); // Two frames at one place are an error.
    }
  }

  /** Tracked registers that are live at the start of a block. */
  long liveIn(int b) {
    return live.liveIn(b) & tracked;
  }

  /** Emits what a block does, up to and including the transfer of control. */
  void emitInstructions(int b) {
    BasicBlock block = graph.block(b);
    long[] needed = neededBefore(block, writeBacks.neededAtEnd(b));
    int definition = 0;
    int body = transfers.bodySize(block);
    for (int k = 0; k < body; k++) {
      Instruction i = block.instruction(k);
      transfers.beforeInstruction(block, k);
      if (SystemEmitter.isLeftToInterpreter(i)) {
        leave(needed[k], block.address(k));
        return;
      }
      // No conditional part of its code may be the one to load a register.
      registers.hold(Effects.uses(i) & ~1L);
      boolean defines = Effects.defines(i) != 0;
      boolean narrow = defines && types.narrowDefinition(b, definition);
      long held = registers.held | Effects.defines(i);
      emitInstruction(i, block.address(k), narrow, needed[k + 1] & held);
      if (defines) {
        definition++;
      }
    }
    transfers.emit(b);
  }

  /** Whether a block may become no bytecode: a jump to the block behind it, or only HINTs. */
  private boolean mayBeEmpty(BasicBlock block) {
    return switch (block.end()) {
      case Terminator.FallThrough f -> block.instructions().stream().allMatch(BodyEmitter::isHint);
      case Terminator.Jump j ->
          block.instructions().stream()
              .limit(transfers.bodySize(block))
              .allMatch(BodyEmitter::isHint);
      default -> false;
    };
  }

  private static boolean isHint(Instruction i) {
    return i.rd() == 0 && Effects.defines(i) == 0 && i.opcode().format().writesRd();
  }

  /** Registers needed before each instruction of a block and, behind the last one, at its end. */
  private static long[] neededBefore(BasicBlock block, long neededAtEnd) {
    long[] needed = new long[block.size() + 1];
    needed[block.size()] = neededAtEnd;
    for (int k = block.size() - 1; k >= 0; k--) {
      Instruction i = block.instruction(k);
      needed[k] = (needed[k + 1] & ~Effects.defines(i)) | Effects.uses(i);
    }
    return needed;
  }

  /**
   * @param keptAfter registers in locals that something behind the instruction needs
   */
  private void emitInstruction(Instruction i, long address, boolean narrow, long keptAfter) {
    switch (i.opcode().family()) {
      case LOAD, FLOAT_LOAD -> {
        InRangePlace place = place(address);
        line(address, place);
        memory.emitLoad(i, address, place, narrow);
      }
      case STORE, FLOAT_STORE -> {
        InRangePlace place = place(address);
        line(address, place);
        memory.emitStore(i, address, place);
      }
      case FLOAT_ARITHMETIC,
          FLOAT_FUSED,
          FLOAT_SIGN,
          FLOAT_MINIMUM_MAXIMUM,
          FLOAT_COMPARE,
          FLOAT_CLASSIFY,
          FLOAT_CONVERT,
          FLOAT_MOVE -> {
        line(address);
        floats.emit(i, address, narrow, keptAfter);
      }
      case LOAD_RESERVED, STORE_CONDITIONAL, ATOMIC, FENCE, CSR -> {
        line(address);
        system.emit(i, address, narrow);
        floats.forgetRoundingMode();
      }
      default -> integers.emit(i, address, narrow);
    }
  }

  /** Where in a range that was checked before an access goes, or null. */
  private InRangePlace place(long address) {
    if (frameBase >= 0) {
      OptionalLong offset = blocks.frame().offset(address);
      if (offset.isPresent()) {
        return InRangePlace.at(frameBase, offset.getAsLong());
      }
    }
    return loops.place(address);
  }

  /** As {@link #line(long)} unless the access that follows cannot fault. */
  private void line(long address, InRangePlace place) {
    if (place == null) {
      line(address);
    }
  }

  /** Records the guest address of the code that follows, for faults. */
  void line(long address) {
    Label here = new Label();
    mv.visitLabel(here);
    mv.visitLineNumber((int) ((address - blocks.base()) >> 1) + 1, here);
  }

  /** An int local that no frame declares: it lives between two labels at most. */
  int scratch() {
    if (scratch < 0) {
      scratch = registers.scratch(Opcodes.INTEGER);
    }
    return scratch;
  }

  /** A local for the function about to be called; no frame declares it. */
  int callee() {
    if (callee < 0) {
      callee = registers.scratch();
    }
    return callee;
  }

  /** The label where a block of this method is entered from outside its loop. */
  Label label(int b) {
    return labels[b];
  }

  /** The label for control that goes from a block of this method to another. */
  Label label(int from, int to) {
    Label label = loops.label(from, to);
    return label != null ? label : labels[to];
  }

  /** Whether control going from one block to another needs no jump. */
  boolean falls(int from, int to) {
    return loops.falls(from, to);
  }

  /** Whether control going from one block to another goes backwards, so that it has to poll. */
  boolean isBackward(int from, int to) {
    return to <= from && !loops.inChunk(to);
  }

  /**
   * Emits code that is rarely executed behind the blocks, in the register state of now.
   *
   * @param stack types of what is on the JVM stack
   */
  Label outOfLine(long liveRegisters, Runnable code, Object... stack) {
    Label label = new Label();
    RegisterLocals.State state = registers.state();
    outOfLine.add(
        () -> {
          registers.restore(state);
          mv.visitLabel(label);
          registers.frame(liveRegisters, stack);
          code.run();
        });
    return label;
  }

  /**
   * Brings registers to where the blocks behind one have them.
   *
   * <p>Stored are those that other ways to those blocks have in the hart, and those that are dead
   * in one of them, if somebody might look all the same: from there on no local is certain to hold
   * them. Loaded are those that other ways to those blocks have in locals.
   */
  void leaveBlock(int b) {
    long inHart = ~writeBacks.carried(b) | writeBacks.cleanBehind(b);
    registers.writeBack(registers.dirty & inHart & ~bit(RegisterSet.SP));
    for (int s : graph.successors(b)) {
      if (blocks.contains(s)) {
        registers.load(blocks.heldAtStart(s) & ~registers.held, types.narrowIn(s));
      }
    }
  }

  /** Emits the jump that closes a loop: counts down, and now and then looks whether to leave. */
  void emitBackwardJump(int from, int target) {
    Label poll =
        polls.computeIfAbsent(
            target,
            t -> {
              RegisterLocals.State state = registers.state();
              startBlock(t);
              Label label = outOfLine(liveIn(t), () -> emitPoll(t));
              registers.restore(state);
              return label;
            });
    mv.visitIincInsn(countdown, -1);
    mv.visitVarInsn(Opcodes.ILOAD, countdown);
    mv.visitJumpInsn(Opcodes.IFLT, poll);
    mv.visitJumpInsn(Opcodes.GOTO, label(from, target));
  }

  private void emitPoll(int target) {
    long here = liveIn(target);
    Label leave = outOfLine(here, () -> leave(here, graph.block(target).start()));
    jumpIfPollRequested(leave);
    Constants.push(mv, ITERATIONS_PER_POLL);
    mv.visitVarInsn(Opcodes.ISTORE, countdown);
    mv.visitJumpInsn(Opcodes.GOTO, labels[target]);
  }

  /** Emits the look at the poll flag. */
  void jumpIfPollRequested(Label leave) {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.HART, "pollRequested", "(" + Names.HART_TYPE + ")Z", false);
    mv.visitJumpInsn(Opcodes.IFNE, leave);
  }

  /**
   * Emits the way out to the dispatcher.
   *
   * @param liveRegisters registers live here
   * @param address link-time address where execution goes on
   */
  void leave(long liveRegisters, long address) {
    Constants.push(mv, address + file.bias);
    exits.leave(registers.dirtyAmong(liveRegisters) & ~bit(RegisterSet.SP));
  }
}
