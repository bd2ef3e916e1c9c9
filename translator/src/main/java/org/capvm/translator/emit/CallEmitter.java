package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;
import static org.capvm.translator.analyse.RegisterSet.contains;

import org.capvm.runtime.hart.DirectFunction;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.discover.PltStub;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Calls, returns and jumps out of a function. */
final class CallEmitter {
  private static final long SP_AND_RA = bit(RegisterSet.SP) | bit(RegisterSet.RA);

  /** Where the JALR of a linkage stub links t1 to, from the stub's start. */
  private static final int LINK_OF_STUB = 12;

  private static final Object[] CALL_STACK = {
    Names.DIRECT_FUNCTION,
    Names.HART,
    Opcodes.LONG,
    Opcodes.LONG,
    Opcodes.LONG,
    Opcodes.LONG,
    Opcodes.LONG,
    Opcodes.LONG
  };

  private static final String CALL_GENERAL_ARGUMENTS =
      Names.DIRECT_FUNCTION_TYPE + Names.HART_TYPE + "JJJJJJ";

  private final BodyEmitter e;
  private final MethodVisitor mv;
  private final RegisterLocals registers;

  CallEmitter(BodyEmitter emitter) {
    this.e = emitter;
    this.mv = emitter.mv;
    this.registers = emitter.registers;
  }

  // Calls --------------------------------------------------------------------------------------

  /** A call of a known address: of a function of this file, through a stub, or to code unknown. */
  void direct(int b, long target, long returnTo) {
    FunctionSummary callee = e.file.program.at(target);
    if (callee == null) {
      PltStub stub = e.file.stub(target);
      if (stub != null) {
        e.memory.checkConstantAddress(
            stub.slot() + e.file.bias, e.graph.block(b).address(e.graph.block(b).size() - 1));
      }
      registers.writeBack(registers.dirty & e.writeBacks.neededByCall(b));
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      if (stub != null) {
        e.line(e.graph.block(b).address(e.graph.block(b).size() - 1));
        e.memory.loadConstantAddress(stub.slot() + e.file.bias);
        Constants.push(mv, target + e.file.bias + LINK_OF_STUB);
        callUnknown(b, "prepareStubCall", "JJ", returnTo);
      } else {
        Constants.push(mv, target + e.file.bias);
        callUnknown(b, "prepareCall", "J", returnTo);
      }
      return;
    }
    FileContext.Method method = e.file.method(callee);
    Signature signature = method.signature();
    registers.writeBack(registers.dirty & e.writeBacks.neededByCall(b));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    Constants.push(mv, returnTo + e.file.bias);
    registers.pushLong(RegisterSet.SP);
    if (signature.returnSp()) {
      registers.pushLong(RegisterSet.SP);
    }
    pushParameters(signature);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, method.owner(), method.name(), signature.descriptor(), false);
    if (callee.tailCalls()) {
      finish(mv, signature);
    }
    long live = e.live.liveOut(b) & e.tracked;
    registers.changedInHart(e.writeBacks.modifiedByCall(b));
    registers.dirty |= signature.saved();
    int result = signature.result();
    widenKept(live);
    long wanted = live | e.tracked & ~e.writeBacks.carried(b);
    if (result != 0) {
      takeResult(result, contains(wanted, result) || e.file.isPrecise());
    }
    takeReturnAddress(wanted, returnTo);
  }

  /** A call through a register. */
  void indirect(int b, Instruction i, long returnTo) {
    registers.writeBack(registers.dirty & e.writeBacks.neededByCall(b));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    pushTarget(i);
    callUnknown(b, "prepareCall", "J", returnTo);
  }

  /** As {@link #direct}, and leaves all registers as the callee does; a stub is code as well. */
  void exact(int b, long target, long returnTo) {
    exact(b, () -> Constants.push(mv, target + e.file.bias), returnTo);
  }

  /** As {@link #indirect}, and leaves all registers as the callee does. */
  void exact(int b, Instruction i, long returnTo) {
    exact(b, () -> pushTarget(i), returnTo);
  }

  private void exact(int b, Runnable pushTarget, long returnTo) {
    registers.writeBack(registers.dirty & e.writeBacks.neededByCall(b));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    pushTarget.run();
    Constants.push(mv, returnTo + e.file.bias);
    registers.pushLong(RegisterSet.SP);
    exits("callExactly", Names.HART_TYPE + "JJJ", "J");
    long live = e.live.liveOut(b) & e.tracked;
    registers.changedInHart(e.writeBacks.modifiedByCall(b));
    long wanted = live | e.tracked & ~e.writeBacks.carried(b);
    takeResult(RegisterSet.A0, contains(wanted, RegisterSet.A0));
    widenKept(live);
    takeReturnAddress(wanted, returnTo);
  }

  /**
   * Calls a function by address: with parameters when it has a class of its own, else through the
   * hart.
   *
   * @param prepare the method that finds it
   * @param arguments of that method behind the hart, all pushed already
   */
  private void callUnknown(int b, String prepare, String arguments, long returnTo) {
    int callee = e.callee();
    exits(prepare, Names.HART_TYPE + arguments, Names.DIRECT_FUNCTION_TYPE);
    mv.visitInsn(Opcodes.DUP);
    mv.visitVarInsn(Opcodes.ASTORE, callee);
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    Constants.push(mv, returnTo + e.file.bias);
    registers.pushLong(RegisterSet.SP);
    long known = e.writeBacks.liveAtEnd(b);
    for (long set = Signature.DIRECT; set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      if (contains(known & registers.held, r)) {
        registers.pushLong(r);
      } else {
        registers.pushFromHart(r);
      }
    }
    mv.visitVarInsn(Opcodes.ALOAD, callee);
    Label join = new Label();
    Label general =
        e.outOfLine(
            known,
            () -> {
              exits("callGeneral", CALL_GENERAL_ARGUMENTS, "J");
              mv.visitJumpInsn(Opcodes.GOTO, join);
            },
            CALL_STACK);
    mv.visitJumpInsn(Opcodes.IFNULL, general);
    mv.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, Names.DIRECT_FUNCTION, "call", DirectFunction.DESCRIPTOR, false);
    long live = e.live.liveOut(b) & e.tracked;
    registers.changedInHart(e.writeBacks.modifiedByCall(b));
    mv.visitLabel(join);
    registers.frame(known, Opcodes.LONG);
    long wanted = live | e.tracked & ~e.writeBacks.carried(b);
    takeResult(RegisterSet.A0, contains(wanted, RegisterSet.A0) || e.file.isPrecise());
    widenKept(live);
    takeReturnAddress(wanted, returnTo);
  }

  /**
   * Registers that the ABI lets a callee change but this one does not: the next block wants them
   * wide.
   */
  private void widenKept(long kept) {
    long set = kept & registers.narrow & RegisterSet.CALLER_SAVED;
    for (; set != 0; set &= set - 1) {
      registers.widen(Long.numberOfTrailingZeros(set));
    }
  }

  private void takeResult(int result, boolean live) {
    if (!live) {
      mv.visitInsn(Opcodes.POP2);
    } else if (result < 32) {
      registers.setLong(result, false);
    } else {
      registers.setDouble(result);
    }
  }

  private void takeReturnAddress(long live, long returnTo) {
    if (contains(live, RegisterSet.RA) || e.file.isPrecise()) {
      Constants.push(mv, returnTo + e.file.bias);
      registers.setLong(RegisterSet.RA, false);
    }
  }

  private void pushParameters(Signature signature) {
    for (long set = signature.parameters(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      if (r < 32) {
        registers.pushLong(r);
      } else {
        registers.pushDouble(r);
      }
    }
  }

  /** With the JVM result of a function on the stack, carries out the tail calls it left behind. */
  static void finish(MethodVisitor mv, Signature signature) {
    char type = signature.resultType();
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    if (type != 'V') {
      // The hart goes below the result, which takes two slots.
      mv.visitInsn(Opcodes.DUP_X2);
      mv.visitInsn(Opcodes.POP);
    }
    exits(mv, "finish", Names.HART_TYPE + (type == 'V' ? "" : type), String.valueOf(type));
  }

  private void exits(String name, String arguments, String result) {
    exits(mv, name, arguments, result);
  }

  static void exits(MethodVisitor mv, String name, String arguments, String result) {
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.EXITS, name, "(" + arguments + ")" + result, false);
  }

  /** Pushes the target of a JALR; its lowest bit is not cleared. */
  void pushTarget(Instruction jump) {
    registers.pushLong(jump.rs1());
    if (jump.immediate() != 0) {
      Constants.push(mv, jump.immediate());
      mv.visitInsn(Opcodes.LADD);
    }
  }

  // Leaving the function -----------------------------------------------------------------------

  /** RET: back to the JVM caller if that is where it goes, with the stack pointer of the call. */
  void returnFromFunction(int b) {
    int result = e.blocks.result();
    long kept = bit(result) | e.blocks.savedByCaller();
    registers.writeBack(registers.dirtyAmong(e.writeBacks.liveAtEnd(b)) & ~SP_AND_RA & ~kept);
    boolean checkRa = contains(e.function.modified(), RegisterSet.RA) || e.blocks.isRegion();
    boolean checkSp =
        !e.function.balanced() || e.function.enteredWithFrame() || e.blocks.isRegion();
    if (checkRa || checkSp) {
      Label mismatch =
          e.outOfLine(
              e.writeBacks.liveAtEnd(b),
              () -> {
                // longjmp, a context switch, an exception, a smashed stack
                registers.pushLong(RegisterSet.RA);
                clearLowestBit();
                e.exits.leave(registers.dirty & kept & ~SP_AND_RA | bit(RegisterSet.RA));
              });
      if (checkRa) {
        compare(RegisterSet.RA, RegisterLocals.RETURN_TO, mismatch);
      }
      if (checkSp) {
        compare(RegisterSet.SP, e.returnSp, mismatch);
      }
    }
    e.blocks.emitReturn(e);
  }

  private void compare(int register, int local, Label different) {
    registers.pushLong(register);
    mv.visitVarInsn(Opcodes.LLOAD, local);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFNE, different);
  }

  /** A jump through a register that may go anywhere: as a tail call when the frame is gone. */
  void jump(int b, Instruction i) {
    jumpTo(e.writeBacks.liveAtEnd(b), () -> pushTarget(i));
  }

  private void jumpTo(long live, Runnable pushTarget) {
    pushJump(live, pushTarget);
    exits("jump", Names.HART_TYPE + "JJJJJ", "V");
    e.blocks.emitPendingReturn(e);
  }

  private void pushJump(long live, Runnable pushTarget) {
    registers.writeBack(registers.dirtyAmong(live) & ~SP_AND_RA);
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    pushTarget.run();
    pushReturnAddress(live);
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    registers.pushLong(RegisterSet.SP);
    mv.visitVarInsn(Opcodes.LLOAD, e.returnSp);
  }

  /** Pushes ra: what is not live has no local for certain, but then nobody reads it. */
  private void pushReturnAddress(long live) {
    boolean shown = e.file.isPrecise() && contains(registers.dirty, RegisterSet.RA);
    if (contains(live, RegisterSet.RA) || shown) {
      registers.pushLong(RegisterSet.RA);
    } else {
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, Names.field(RegisterSet.RA), "J");
    }
  }

  /** A jump inside the function that went to no known label: on with the dispatcher. */
  void leaveTo(long live, Instruction i) {
    pushTarget(i);
    clearLowestBit();
    e.exits.leave(registers.dirtyAmong(live) & ~bit(RegisterSet.SP));
  }

  private void clearLowestBit() {
    Constants.push(mv, -2L);
    mv.visitInsn(Opcodes.LAND);
  }

  /** A direct jump to another function. */
  void tailCall(int b, long target) {
    FunctionSummary callee = e.file.program.at(target);
    long live = e.writeBacks.liveAtEnd(b);
    PltStub stub = e.file.stub(target);
    if (stub != null) {
      e.memory.checkConstantAddress(stub.slot() + e.file.bias, stub.entry());
      e.line(e.graph.block(b).address(Math.max(0, e.graph.block(b).size() - 1)));
      pushJump(live, () -> e.memory.loadConstantAddress(stub.slot() + e.file.bias));
      Constants.push(mv, stub.entry() + e.file.bias + LINK_OF_STUB);
      exits("jumpThroughStub", Names.HART_TYPE + "JJJJJJ", "V");
      e.blocks.emitPendingReturn(e);
      return;
    }
    // A pending tail call's registers are in the hart, where a result of another kind would go.
    if (callee == null
        || e.file.program.isTrampolined(e.function, callee)
        || (callee.tailCalls()
            && e.file.method(callee).signature().result() != e.blocks.result())) {
      jumpTo(live, () -> Constants.push(mv, target + e.file.bias));
      return;
    }
    FileContext.Method method = e.file.method(callee);
    Signature signature = method.signature();
    boolean readsRa = contains(callee.strongLiveIn(), RegisterSet.RA);
    if (readsRa && (contains(e.function.modified(), RegisterSet.RA) || e.blocks.isRegion())) {
      Label mismatch = e.outOfLine(live, () -> e.leave(live, target));
      compare(RegisterSet.RA, RegisterLocals.RETURN_TO, mismatch);
    }
    registers.writeBack(registers.dirtyAmong(live) & ~SP_AND_RA & ~signature.parameters());
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    registers.pushLong(RegisterSet.SP);
    if (signature.returnSp()) {
      mv.visitVarInsn(Opcodes.LLOAD, e.returnSp);
    }
    pushParameters(signature);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, method.owner(), method.name(), signature.descriptor(), false);
    registers.store(signature.saved() & ~e.blocks.savedByCaller());
    passResult(signature.result());
  }

  /** Returns with what a tail call returned, moved to where this method's caller expects it. */
  private void passResult(int from) {
    int to = e.blocks.result();
    if (from != 0) {
      registers.changedInHart(bit(from));
      takeResult(from, true);
      if (from != to) {
        registers.store(bit(from));
      }
    }
    if (to != 0 && from != to) {
      registers.load(bit(to));
    }
    e.blocks.emitReturn(e);
  }
}
