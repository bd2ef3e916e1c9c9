package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.PackedInstruction.immediate;
import static org.capvm.runtime.interpreter.PackedInstruction.rd;
import static org.capvm.runtime.interpreter.PackedInstruction.rs1;
import static org.capvm.runtime.interpreter.PackedInstruction.rs2;

import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.MemoryFault;

/**
 * One run of the interpreter on a hart: where it stands, and whatever is not everyday work. The
 * hart holds the complete register file throughout, and its pc whenever something else may look.
 */
final class Execution {
  /** How a run ended; {@code h.pc} is where execution goes on. */
  enum Exit {
    /** A call or jump reached the entry of a translated function. */
    TRANSLATED,
    /** The function returned to its caller. */
    RETURNED,
    /**
     * Somebody else decides what happens next: after a trap, for an interrupt, at a resume point,
     * or because the frames of our callers are dead.
     */
    LEFT
  }

  /** A return address that no jump has. */
  static final long NO_RETURN = 1;

  /** The stack pointer above which there is none. */
  static final long NO_STACK = -1;

  private final Hart h;
  private final Interpreter interpreter;
  private final ResumePoints resumePoints;
  private final long returnAddress;
  private final long stackPointer;

  /** Whether translated code is left alone, see {@link Interpreter#callExactly}. */
  private final boolean exact;

  private final long retiredBefore;

  final DecodedCode code;

  /** The block that is executed, and the index of the next instruction in it. */
  Block block;

  int index;

  /**
   * @param returnAddress a jump there with the stack pointer at {@code stackPointer} is the return
   *     to the caller, or {@link #NO_RETURN}
   * @param stackPointer at entry: once it is above, the caller's frame is dead
   */
  Execution(Hart h, Interpreter interpreter, long returnAddress, long stackPointer) {
    this.h = h;
    this.interpreter = interpreter;
    this.code = interpreter.code();
    this.resumePoints = interpreter.resumePoints();
    this.returnAddress = returnAddress;
    this.stackPointer = stackPointer;
    this.exact = false;
    this.retiredBefore = h.instructionsRetired;
  }

  /** Executes nothing but interpreted code until a call ends. */
  Execution(Hart h, Interpreter interpreter, ExactCall call) {
    this.h = h;
    this.interpreter = interpreter;
    this.code = interpreter.code();
    this.resumePoints = interpreter.resumePoints();
    this.returnAddress = call.returnTo();
    this.stackPointer = call.sp();
    this.exact = true;
    this.retiredBefore = h.instructionsRetired;
  }

  /** Executes from {@code h.pc}. */
  Exit run() {
    try {
      enter(h.pc);
      return execute();
    } catch (MemoryFault fault) {
      return trap(Trap.of(fault));
    }
  }

  /** Executes from {@code h.pc}, which a call reached. */
  Exit runCalled() {
    try {
      enter(h.pc);
      Exit exit = arriveByCall();
      return exit != null ? exit : execute();
    } catch (MemoryFault fault) {
      return trap(Trap.of(fault));
    }
  }

  private Exit execute() {
    while (true) {
      IntegerLoop.run(h, this);
      Exit exit = step();
      if (exit != null) {
        return exit;
      }
    }
  }

  /**
   * Stands at an address.
   *
   * @throws MemoryFault when there is nothing to fetch, with {@code h.pc} there
   */
  private void enter(long address) {
    h.pc = address;
    block = code.get(address);
    index = 0;
  }

  /** {@link IntegerLoop} ends at an instruction that it did not execute. */
  void stop(Block stoppedIn, int at, long retired) {
    block = stoppedIn;
    index = at;
    h.pc = stoppedIn.address(stoppedIn.instructions[at]);
    h.instructionsRetired += retired + at;
  }

  /**
   * Where {@link IntegerLoop} goes on after a taken branch, or null: it does not go on.
   *
   * @param distance of the target from the start of the block. Control cannot run in a circle
   *     without a branch or jump that does not go beyond the start of its block, so those are the
   *     ones that poll.
   */
  Block branch(long target, int distance) {
    Block next = code.find(target);
    if (distance > 0 || next == null) {
      return next;
    }
    return h.interruptRequested() ? null : next.afterLoop();
  }

  /**
   * Executes JAL or JALR for {@link IntegerLoop}, unless it returns null.
   *
   * @param base the value of rs1
   */
  Block jump(long op, Block from, long base) {
    long target;
    if (PackedInstruction.number(op) == OpcodeNumber.JAL) {
      target = from.address + immediate(op);
    } else {
      target = base + immediate(op) & -2;
      if (target == returnAddress || resumePoints.exist() && !exact) {
        return null;
      }
    }
    if (h.interruptRequested()
        || Long.compareUnsigned(h.x2, stackPointer) > 0
        || Hart.function(h, target) != interpreter && !exact) {
      return null;
    }
    int link = rd(op);
    long behind = from.address(op) + PackedInstruction.length(op);
    if (isLink(link) && !exact && interpreter.isExactCall(behind)) {
      return null;
    }
    Block next = code.find(target);
    if (next == null) {
      return null;
    }
    if (isLink(link)) {
      next = next.afterCall();
    } else if (target <= from.address) {
      next = next.afterLoop();
    }
    if (next != null) {
      h.xOrSink(link, behind);
    }
    return next;
  }

  /** Executes the instruction where we stand; null means: go on. */
  private Exit step() {
    long op = block.instructions[index];
    if (PackedInstruction.isContinuation(op)) {
      enter(block.address(op));
      return null;
    }
    Opcode opcode = PackedInstruction.opcode(op);
    return switch (opcode) {
      case JAL, JALR -> executeJump(opcode, op);
      case BEQ, BNE, BLT, BGE, BLTU, BGEU -> executeBranch(opcode, op);
      case ECALL -> executeEnvironmentCall(op);
      case ILLEGAL -> trap(new Trap.IllegalInstruction(immediate(op)));
      default -> executeOther(op);
    };
  }

  private Exit executeEnvironmentCall(long op) {
    h.leaveGuestCode();
    h.kernel.environmentCall(h, true);
    h.enterGuestCode();
    index++;
    if (h.interruptRequested()) {
      h.pc += PackedInstruction.length(op);
      return Exit.LEFT;
    }
    return null;
  }

  private Exit executeOther(long op) {
    Trap trap = OtherInstructions.execute(h, interpreter, op);
    if (trap != null) {
      return trap(trap);
    }
    h.instructionsRetired++;
    index++;
    return null;
  }

  private Exit executeJump(Opcode opcode, long op) {
    long pc = h.pc;
    long base = opcode == Opcode.JAL ? block.address : h.x(rs1(op));
    long target = base + immediate(op) & -2;
    boolean call = isLink(rd(op));
    long from = block.address;
    h.xOrSink(rd(op), pc + PackedInstruction.length(op));
    h.instructionsRetired++;
    h.pc = target;
    if (target == returnAddress && h.x2 == stackPointer && !call) {
      endExactCall();
      return Exit.RETURNED;
    }
    if (call && !exact && interpreter.isExactCall(pc + PackedInstruction.length(op))) {
      // Before an interrupt is looked at, which would leave us at the entry of the callee.
      h.exactCall = new ExactCall(pc + PackedInstruction.length(op), h.x2);
      return Exit.LEFT;
    }
    if (Long.compareUnsigned(h.x2, stackPointer) > 0) {
      endExactCall();
      return Exit.LEFT;
    }
    if (h.interruptRequested()) {
      return Exit.LEFT;
    }
    if (!exact && Hart.function(h, target) != interpreter) {
      return Exit.TRANSLATED;
    }
    enter(target);
    if (call) {
      return arriveByCall();
    }
    if (target <= from) {
      return arriveByLoop();
    }
    return !exact && resumePoints.at(target) != null ? Exit.LEFT : null;
  }

  private void endExactCall() {
    if (exact) {
      h.exactCall = null;
    }
  }

  /** Looks now and then whether exact calls take too long; then all code is to lose nothing. */
  private Exit goOnExactly() {
    if (interpreter.exactCallsAreHot(h.instructionsRetired - retiredBefore)
        && interpreter.loseNothing(h)) {
      endExactCall();
      return Exit.LEFT;
    }
    return null;
  }

  private Exit executeBranch(Opcode opcode, long op) {
    h.instructionsRetired++;
    if (!IntegerInstructions.isTaken(opcode, h.x(rs1(op)), h.x(rs2(op)))) {
      index++;
      return null;
    }
    enter(block.address + immediate(op));
    if (immediate(op) > 0) {
      return null;
    }
    return h.interruptRequested() ? Exit.LEFT : arriveByLoop();
  }

  private Exit arriveByCall() {
    if (!block.countCall()) {
      return null;
    }
    if (exact) {
      return goOnExactly();
    }
    interpreter.report(h, block, HotCode.Kind.FUNCTION);
    return Hart.function(h, h.pc) != interpreter ? Exit.TRANSLATED : null;
  }

  private Exit arriveByLoop() {
    if (!block.countLoop()) {
      return null;
    }
    if (exact) {
      return goOnExactly();
    }
    interpreter.report(h, block, HotCode.Kind.LOOP);
    return resumePoints.at(h.pc) != null ? Exit.LEFT : null;
  }

  /** The registers that the ABI passes return addresses in: a jump that links there is a call. */
  private static boolean isLink(int register) {
    return register == 1 || register == 5;
  }

  private Exit trap(Trap trap) {
    h.leaveGuestCode();
    h.kernel.trap(h, trap);
    return Exit.LEFT;
  }
}
