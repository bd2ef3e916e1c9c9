package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;
import static org.capvm.translator.emit.CapabilityAccessEmitter.CODE;
import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY_TYPE;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.interpreter.CapabilityCode;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.analyse.CapabilityEffects;
import org.capvm.translator.analyse.CapabilityLoop;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.discover.ReachableCode;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Generates the JVM method of code with capabilities: all registers that it names are loaded at the
 * entry, stored where control leaves, and in locals between.
 *
 * <p>An instruction that raises an exception does so in the interpreter: the handler of the method
 * stores the registers, which are those before the instruction, and leaves to it.
 */
final class CapabilityBodyEmitter {
  /** See {@code BodyEmitter}: at most about 1 ms between two looks at the poll flag. */
  private static final int ITERATIONS_PER_POLL = 20_000;

  private static final int DYNAMIC_ROUNDING = 7;

  /** A0, the only register that an environment call changes. */
  private static final int RESULT = 10;

  private static final List<String> REFUSALS =
      List.of(
          "org/capvm/runtime/memory/RefusedAccess",
          "org/capvm/runtime/memory/MemoryFault",
          "org/capvm/runtime/capability/CapabilityFault");

  private final MethodVisitor mv;
  private final ReachableCode code;
  private final List<ReachableCode.Run> runs;
  private final Dialect dialect;
  private final RegisterLocals registers;
  private final CapabilityLocals capabilities;
  private final CapabilityAccessEmitter accesses;
  private final CapabilityOperationEmitter operations;
  private final IntegerEmitter integers;
  private final FloatEmitter floats;
  private final SystemEmitter system;
  private final CapabilityLoopVersions versions;
  private final long touched;
  private final long written;

  private final Map<Long, Label> labels = new HashMap<>();

  /** The indices of runs by their addresses. */
  private final Map<Long, Integer> numbers = new HashMap<>();

  private final ArrayDeque<Runnable> outOfLine = new ArrayDeque<>();
  private final Label refused = new Label();
  private final Label leave = new Label();
  private Label protectedUntil;

  private final int window;
  private final int countdown;
  private final int interpret;

  /**
   * @param loops those of the code that get a second version, without checks
   */
  CapabilityBodyEmitter(
      MethodVisitor mv, ReachableCode code, Dialect dialect, List<CapabilityLoop> loops) {
    this.mv = mv;
    this.code = code;
    this.runs = code.runs();
    this.dialect = dialect;
    this.registers = new RegisterLocals(mv);
    this.window = registers.reserve(Names.WINDOW);
    this.countdown = registers.reserve(Opcodes.INTEGER);
    this.interpret = registers.reserve(Opcodes.INTEGER);
    long all = 0;
    long changed = 0;
    for (ReachableCode.Run run : runs) {
      for (Instruction i : run.instructions()) {
        all |= CapabilityEffects.touched(i);
        changed |= CapabilityEffects.written(i);
      }
      numbers.put(run.start(), labels.size());
      labels.put(run.start(), new Label());
    }
    this.touched = all;
    this.written = changed;
    this.capabilities = new CapabilityLocals(mv, registers, touched);
    boolean mode = code.isCapabilityMode();
    this.accesses = new CapabilityAccessEmitter(mv, registers, capabilities, window, mode, dialect);
    this.versions =
        new CapabilityLoopVersions(mv, registers, capabilities, accesses, window, countdown, loops);
    this.operations = new CapabilityOperationEmitter(mv, registers, capabilities, dialect);
    this.integers = new IntegerEmitter(mv, registers, 0);
    this.floats = new FloatEmitter(mv, registers, null);
    this.system = new SystemEmitter(mv, registers, null, false);
  }

  /** Whether the interpreter executes an instruction. */
  static boolean isLeftToInterpreter(Instruction i) {
    return switch (i.opcode().family()) {
      case SYSTEM -> i.opcode() != Opcode.ECALL;
      case ILLEGAL -> true;
      case CSR -> !isUccsr(i) && SystemEmitter.isLeftToInterpreter(i);
      case CAPABILITY_SPECIAL -> !CapabilityCode.isSpecialLegal(i.rs2(), i.rs1() != 0);
      default -> SystemEmitter.isLeftToInterpreter(i);
    };
  }

  private static boolean isUccsr(Instruction i) {
    boolean writes = i.rs1() != 0 || i.opcode() == Opcode.CSRRW || i.opcode() == Opcode.CSRRWI;
    return CapabilityCode.isUccsr(i.immediate()) && !writes;
  }

  void emit() {
    emitEntry();
    for (int r = 0; r < runs.size(); r++) {
      emitRun(r);
    }
    unprotect();
    while (!outOfLine.isEmpty()) {
      outOfLine.poll().run();
    }
    emitExits();
  }

  // Entry and exits ----------------------------------------------------------------------------

  private void emitEntry() {
    Label allowed = new Label();
    pushHart();
    Constants.push(mv, code.start());
    Constants.push(mv, code.limit());
    Constants.push(mv, code.isCapabilityMode() ? 1 : 0);
    code("mayEnter", "(" + Names.HART_TYPE + "JJZ)Z");
    mv.visitJumpInsn(Opcodes.IFNE, allowed);
    emitThrow();
    mv.visitLabel(allowed);
    mv.visitFrame(
        Opcodes.F_NEW, 3, new Object[] {Names.HART, Opcodes.LONG, Opcodes.LONG}, 0, new Object[0]);
    pushHart();
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "window", Names.WINDOW_TYPE);
    mv.visitVarInsn(Opcodes.ASTORE, window);
    Constants.push(mv, ITERATIONS_PER_POLL);
    mv.visitVarInsn(Opcodes.ISTORE, countdown);
    mv.visitInsn(Opcodes.ICONST_0);
    mv.visitVarInsn(Opcodes.ISTORE, interpret);
    registers.load(touched & ~bit(RegisterSet.SP));
    capabilities.load();
    mv.visitJumpInsn(Opcodes.GOTO, labels.get(code.entry()));
  }

  /** Emits the end of all ways out: the pc is in its local. */
  private void emitExits() {
    mv.visitLabel(refused);
    registers.frame(touched, "java/lang/RuntimeException");
    mv.visitInsn(Opcodes.POP);
    mv.visitInsn(Opcodes.ICONST_1);
    mv.visitVarInsn(Opcodes.ISTORE, interpret);
    mv.visitLabel(leave);
    registers.frame(touched);
    capabilities.store(written);
    registers.store(written);
    pushHart();
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, "pc", "J");
    Label interpreted = new Label();
    mv.visitVarInsn(Opcodes.ILOAD, interpret);
    mv.visitJumpInsn(Opcodes.IFNE, interpreted);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitLabel(interpreted);
    registers.frame(touched);
    emitThrow();
  }

  private void emitThrow() {
    mv.visitFieldInsn(
        Opcodes.GETSTATIC, "org/capvm/runtime/hart/Unwind", "INSTANCE", Names.UNWIND_TYPE);
    mv.visitInsn(Opcodes.ATHROW);
  }

  /** Emits the way out to the address on the JVM stack. */
  private void leave() {
    mv.visitVarInsn(Opcodes.LSTORE, RegisterLocals.RETURN_TO);
    mv.visitJumpInsn(Opcodes.GOTO, leave);
  }

  /** Emits the way out to an instruction that the interpreter executes. */
  private void leaveToInterpreter(long address) {
    mv.visitInsn(Opcodes.ICONST_1);
    mv.visitVarInsn(Opcodes.ISTORE, interpret);
    Constants.push(mv, address);
    leave();
  }

  /** Says that the instruction at an address follows, which may raise an exception. */
  private void protect(long address) {
    if (protectedUntil == null) {
      Label start = new Label();
      protectedUntil = new Label();
      for (String type : REFUSALS) {
        mv.visitTryCatchBlock(start, protectedUntil, refused, type);
      }
      mv.visitLabel(start);
    }
    Constants.push(mv, address);
    mv.visitVarInsn(Opcodes.LSTORE, RegisterLocals.RETURN_TO);
  }

  private void unprotect() {
    if (protectedUntil != null) {
      mv.visitLabel(protectedUntil);
      protectedUntil = null;
    }
  }

  // Instructions -------------------------------------------------------------------------------

  private void emitRun(int r) {
    mv.visitLabel(labels.get(runs.get(r).start()));
    enter();
    if (versions.isHead(r)) {
      versions.emit(r, new LoopBody());
    }
    emitInstructions(r);
  }

  /** Emits the frame at a label. */
  private void enter() {
    registers.frame(touched);
    mv.visitInsn(Opcodes.NOP); // Two frames at one place are an error.
    floats.forgetRoundingMode();
  }

  private final class LoopBody implements CapabilityLoopVersions.Body {
    @Override
    public void enter() {
      CapabilityBodyEmitter.this.enter();
    }

    @Override
    public void emitInstructions(int b) {
      CapabilityBodyEmitter.this.emitInstructions(b);
    }

    @Override
    public void leaveIfPollRequested(int b) {
      CapabilityBodyEmitter.this.leaveIfPollRequested(runs.get(b).start());
    }

    @Override
    public Label label(int b) {
      return labels.get(runs.get(b).start());
    }
  }

  private void emitInstructions(int r) {
    ReachableCode.Run run = runs.get(r);
    long address = run.start();
    for (Instruction i : run.instructions()) {
      if (isLeftToInterpreter(i)) {
        leaveToInterpreter(address);
        return;
      }
      switch (i.opcode().family()) {
        case BRANCH -> {
          branch(r, i, address);
          return;
        }
        case JUMP, CAPABILITY_JUMP -> {
          jump(r, i, address);
          return;
        }
        default -> emitInstruction(i, address);
      }
      address += i.length();
    }
    go(r, run.limit());
  }

  private void emitInstruction(Instruction i, long address) {
    switch (i.opcode().family()) {
      case UPPER_IMMEDIATE -> upperImmediate(i, address);
      case ALU_IMMEDIATE, ALU_IMMEDIATE_WORD, ALU_REGISTER, ALU_REGISTER_WORD, MULTIPLY, DIVIDE -> {
        integers.emit(i, address, false);
        capabilities.becameInteger(i.rd());
      }
      case CAPABILITY_QUERY -> {
        protect(address);
        operations.query(i);
      }
      case CAPABILITY_MODIFY -> {
        if (versions.isPlainMove(address)) {
          operations.plainMove(i);
        } else {
          protect(address);
          operations.modify(i);
        }
      }
      case CAPABILITY_SPECIAL -> {
        protect(address);
        operations.special(i, address);
      }
      case CSR -> {
        protect(address);
        csr(i, address);
        floats.forgetRoundingMode();
      }
      case FENCE -> system.emit(i, address, false);
      case SYSTEM -> environmentCall(address);
      case FLOAT_ARITHMETIC,
          FLOAT_FUSED,
          FLOAT_SIGN,
          FLOAT_MINIMUM_MAXIMUM,
          FLOAT_COMPARE,
          FLOAT_CLASSIFY,
          FLOAT_CONVERT,
          FLOAT_MOVE ->
          floatingPoint(i, address);
      default -> {
        InRangePlace place = versions.place(address);
        if (place == null) {
          protect(address);
        }
        accesses.emit(i, place);
      }
    }
  }

  private void upperImmediate(Instruction i, long address) {
    if (i.rd() == 0) {
      return;
    }
    if (i.opcode() == Opcode.LUI || !code.isCapabilityMode() && !dialect.relocates()) {
      integers.emit(i, address, false);
      capabilities.becameInteger(i.rd());
      return;
    }
    pushHart();
    Constants.push(mv, address + i.immediate());
    if (code.isCapabilityMode()) {
      code("codeAddress", "(" + Names.HART_TYPE + "J)" + CAPABILITY_TYPE);
      capabilities.setCapability(i.rd());
    } else {
      code("integerLink", "(" + Names.HART_TYPE + "J)J");
      capabilities.setInteger(i.rd());
    }
  }

  private void csr(Instruction i, long address) {
    if (isUccsr(i)) {
      pushHart();
      code("readUccsr", "(" + Names.HART_TYPE + ")J");
      capabilities.setInteger(i.rd());
    } else {
      system.emit(i, address, false);
      capabilities.becameInteger(i.rd());
    }
  }

  /**
   * Emits ECALL, with which the hart has all registers: what it holds is the truth from then on.
   */
  private void environmentCall(long address) {
    unprotect(); // Nothing that the kernel throws is a refusal of this code.
    Label left = outOfLine(() -> mv.visitInsn(Opcodes.RETURN));
    capabilities.store(written);
    registers.store(written);
    pushHart();
    Constants.push(mv, address);
    code("environmentCall", "(" + Names.HART_TYPE + "J)Z");
    mv.visitJumpInsn(Opcodes.IFEQ, left);
    if (RegisterSet.contains(touched, RESULT)) {
      registers.load(bit(RESULT));
      capabilities.becameInteger(RESULT);
    }
  }

  /** Emits arithmetic, whose frames in the middle the exits do not fit: it throws nothing. */
  private void floatingPoint(Instruction i, long address) {
    unprotect();
    if (i.roundingMode() == DYNAMIC_ROUNDING) {
      Label reserved = outOfLine(() -> leaveToInterpreter(address));
      pushHart();
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          "org/capvm/runtime/floatingpoint/RoundingMode",
          "isDynamicValid",
          "(" + Names.HART_TYPE + ")Z",
          false);
      mv.visitJumpInsn(Opcodes.IFEQ, reserved);
    }
    floats.emit(i, address, false, touched);
    if (i.opcode().format().writesRd()) {
      capabilities.becameInteger(i.rd());
    }
  }

  // Transfers ----------------------------------------------------------------------------------

  /** Goes to an address that control may be at without a check: it is checked when fetched. */
  private void go(int from, long address) {
    if (!code.contains(address)) {
      Constants.push(mv, address);
      leave();
      return;
    }
    int to = numbers.get(address);
    Label chunk = versions.chunkLabel(to);
    Label checked = versions.checkedHead(from, to);
    if (chunk != null) {
      if (!versions.falls(from, to)) {
        mv.visitJumpInsn(Opcodes.GOTO, chunk);
      }
    } else if (checked != null) {
      countDown(checked, outOfLine(() -> mv.visitJumpInsn(Opcodes.GOTO, labels.get(address))));
    } else if (to <= from) {
      countDown(labels.get(address), outOfLine(() -> emitPoll(address)));
    } else if (to != from + 1 || versions.isChunk()) {
      mv.visitJumpInsn(Opcodes.GOTO, labels.get(address));
    }
  }

  /** The label for a conditional jump forwards from a run to an address; null if it is none. */
  private Label forward(int from, long address) {
    if (!code.contains(address)) {
      return null;
    }
    int to = numbers.get(address);
    Label chunk = versions.chunkLabel(to);
    return chunk != null
        ? chunk
        : to > from && versions.checkedHead(from, to) == null ? labels.get(address) : null;
  }

  /** Goes to the target of a branch or jump, which has to be within PCC. */
  private void goToTarget(int from, long address, long to) {
    if (code.contains(to)) {
      go(from, to); // All of the code was found within PCC at the entry.
      return;
    }
    protect(address);
    pushTarget(to);
    leave();
  }

  private void pushTarget(long to) {
    Constants.push(mv, to);
    pushHart();
    code("target", "(J" + Names.HART_TYPE + ")J");
  }

  /** Goes on in a loop for as many times as the countdown says. */
  private void countDown(Label on, Label otherwise) {
    mv.visitIincInsn(countdown, -1);
    mv.visitVarInsn(Opcodes.ILOAD, countdown);
    mv.visitJumpInsn(Opcodes.IFLT, otherwise);
    mv.visitJumpInsn(Opcodes.GOTO, on);
  }

  private void emitPoll(long address) {
    Constants.push(mv, ITERATIONS_PER_POLL);
    mv.visitVarInsn(Opcodes.ISTORE, countdown);
    leaveIfPollRequested(address);
    mv.visitJumpInsn(Opcodes.GOTO, labels.get(address));
  }

  private void leaveIfPollRequested(long address) {
    Label requested =
        outOfLine(
            () -> {
              Constants.push(mv, address);
              leave();
            });
    pushHart();
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.HART, "pollRequested", "(" + Names.HART_TYPE + ")Z", false);
    mv.visitJumpInsn(Opcodes.IFNE, requested);
  }

  private Label outOfLine(Runnable emission) {
    Label label = new Label();
    outOfLine.add(
        () -> {
          mv.visitLabel(label);
          registers.frame(touched);
          emission.run();
        });
    return label;
  }

  private void branch(int r, Instruction i, long address) {
    long to = address + i.immediate();
    long next = runs.get(r).limit();
    Label forward = forward(r, to);
    if (forward != null) {
      integers.branch(i, true, forward);
      go(r, next);
      return;
    }
    Label otherwise = new Label();
    integers.branch(i, false, otherwise);
    goToTarget(r, address, to);
    mv.visitLabel(otherwise);
    registers.frame(touched);
    mv.visitInsn(Opcodes.NOP);
    go(r, next);
  }

  private void jump(int r, Instruction i, long address) {
    long next = runs.get(r).limit();
    if (i.opcode() == Opcode.JAL && i.rd() == 0) {
      goToTarget(r, address, address + i.immediate());
      return;
    }
    protect(address);
    switch (i.opcode()) {
      case JAL -> {
        pushTarget(address + i.immediate());
        link(i.rd(), next, code.isCapabilityMode());
        leave();
      }
      case CINVOKE -> {
        invoke(i);
        capabilities.setCapability(31);
        pushHart();
        mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "pc", "J");
        leave();
      }
      default -> {
        boolean byCapability =
            i.opcode() == Opcode.JALR_CAP || i.opcode() == Opcode.JALR && code.isCapabilityMode();
        if (byCapability) {
          jumpToCapability(i, next);
        } else {
          registers.pushLong(i.rs1());
          Constants.push(mv, i.immediate());
          mv.visitInsn(Opcodes.LADD);
          pushHart();
          code("integerTarget", "(J" + Names.HART_TYPE + ")J");
          link(i.rd(), next, false);
          leave();
        }
      }
    }
  }

  private void invoke(Instruction i) {
    capabilities.pushCapability(i.rs1());
    Constants.push(mv, i.rs1());
    capabilities.pushCapability(i.rs2());
    Constants.push(mv, i.rs2());
    pushHart();
    code(
        "invoke",
        "("
            + CAPABILITY_TYPE
            + "I"
            + CAPABILITY_TYPE
            + "I"
            + Names.HART_TYPE
            + ")"
            + CAPABILITY_TYPE);
  }

  /** Emits a jump whose link is written behind the jump's checks, and made of the old PCC. */
  private void jumpToCapability(Instruction i, long next) {
    if (i.rd() != 0) {
      pushHart();
      code("link", "(" + Names.HART_TYPE + ")" + CAPABILITY_TYPE);
    }
    capabilities.pushHeld(i.rs1());
    registers.pushLong(i.rs1());
    Constants.push(mv, i.rs1());
    Constants.push(mv, i.immediate());
    pushHart();
    code("jump", "(" + CAPABILITY_TYPE + "JIJ" + Names.HART_TYPE + ")J");
    mv.visitVarInsn(Opcodes.LSTORE, RegisterLocals.RETURN_TO);
    if (i.rd() != 0) {
      setLink(i.rd(), next);
    }
    mv.visitJumpInsn(Opcodes.GOTO, leave);
  }

  /** Pops what is held of the link of a jump in capability mode. */
  private void setLink(int rd, long next) {
    capabilities.setHeld(rd);
    Constants.push(mv, next);
    registers.setLong(rd, false);
  }

  private void link(int rd, long next, boolean sealed) {
    if (rd == 0) {
      return;
    }
    if (sealed) {
      pushHart();
      code("link", "(" + Names.HART_TYPE + ")" + CAPABILITY_TYPE);
      setLink(rd, next);
    } else if (dialect.relocates()) {
      pushHart();
      Constants.push(mv, next);
      code("integerLink", "(" + Names.HART_TYPE + "J)J");
      capabilities.setInteger(rd);
    } else {
      Constants.push(mv, next);
      capabilities.setInteger(rd);
    }
  }

  private void pushHart() {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
  }

  private void code(String name, String descriptor) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, CODE, name, descriptor, false);
  }
}
