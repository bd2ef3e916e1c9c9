package org.capvm.runtime.code;

import org.capvm.runtime.hart.DirectFunction;
import org.capvm.runtime.hart.ExactCall;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.GuestStack;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.Interpreter;

/**
 * The ways control leaves a translated function other than by falling back to its caller. Generated
 * code has written its dirty registers to the hart before it calls any of these.
 */
public final class Exits {
  private static final int ECALL_LENGTH = 4;

  private Exits() {}

  /**
   * Leaves translated code at a poll, an instruction that only the interpreter executes or that
   * will raise an exception, or a return to elsewhere than behind the call: longjmp, a context
   * switch, an exception, a smashed stack.
   *
   * @param pc where execution goes on; on the JVM stack before the registers were stored, so it
   *     comes first
   * @param sp the stack pointer
   * @return what to throw
   */
  public static Unwind leave(long pc, Hart h, long sp) {
    h.x2 = sp;
    h.pc = pc;
    return Unwind.INSTANCE;
  }

  /** The poll at the entry of a function whose registers are all in the hart. */
  public static void pollAtEntry(Hart h, long pc) {
    if (!GuestStack.mayEnter(h, h.x2)) {
      h.pc = pc;
      throw Unwind.INSTANCE;
    }
  }

  /** As {@link #pollAtEntry}, in a function that may recurse without moving the stack pointer. */
  public static void pollAtCountedEntry(Hart h, long pc) {
    if (!GuestStack.mayNest(h)) {
      h.pc = pc;
      throw Unwind.INSTANCE;
    }
    pollAtEntry(h, pc);
  }

  /** The register file must already hold everything but ra and sp: a jump to an unknown target. */
  public static void jump(Hart h, long target, long ra, long returnTo, long sp, long returnSp) {
    h.x1 = ra;
    h.x2 = sp;
    if (ra == returnTo && sp == returnSp) {
      h.tailTarget = target & ~1L;
    } else {
      throw leave(target & ~1L, h, sp);
    }
  }

  /**
   * As {@link #jump} through a stub of the procedure linkage table, see {@link #prepareStubCall}.
   */
  public static void jumpThroughStub(
      Hart h, long target, long ra, long returnTo, long sp, long returnSp, long link) {
    h.x6 = link;
    h.x28 = target;
    jump(h, target, ra, returnTo, sp, returnSp);
  }

  /** Says where control goes when code entered in a function's middle ran to its end. */
  public static void leaveResumed(Hart h) {
    long target = h.tailTarget;
    h.tailTarget = 0;
    h.pc = target != 0 ? target : h.x1 & ~1L;
  }

  /**
   * Finds the function at an address that is about to be called.
   *
   * @return null when it has no class of its own: then {@link #callGeneral} calls it
   */
  public static DirectFunction prepareCall(Hart h, long target) {
    long pc = target & ~1L;
    h.pc = pc;
    return Hart.function(h, pc) instanceof DirectFunction f ? f : null;
  }

  /**
   * As {@link #prepareCall} through a stub of the procedure linkage table, whose temporaries the
   * dynamic linker reads when the slot is still unbound.
   *
   * @param link what the stub's JALR leaves in t1
   */
  public static DirectFunction prepareStubCall(Hart h, long target, long link) {
    h.x6 = link;
    h.x28 = target;
    return prepareCall(h, target);
  }

  /**
   * Calls what {@link #prepareCall} was asked for, with every register in the hart.
   *
   * @param none null, where {@link DirectFunction#call} has its receiver
   * @return a0
   */
  public static long callGeneral(
      DirectFunction none, Hart h, long returnTo, long sp, long a0, long a1, long a2, long a3) {
    h.x1 = returnTo;
    h.x2 = sp;
    h.x10 = a0;
    h.x11 = a1;
    h.x12 = a2;
    h.x13 = a3;
    Hart.function(h, h.pc).call(h);
    finish(h);
    return h.x10;
  }

  /**
   * A call that leaves in every register what the callee leaves there, with every register in the
   * hart.
   *
   * @return a0
   */
  public static long callExactly(Hart h, long target, long returnTo, long sp) {
    h.x1 = returnTo;
    h.x2 = sp;
    h.pc = target & ~1L;
    if (h.capabilities != null) {
      h.exactCall = new ExactCall(returnTo, sp);
      throw Unwind.INSTANCE;
    }
    Interpreter.of(h).callExactly(h);
    return h.x10;
  }

  /** Carries out the tail calls that a function left behind; its result is a0. */
  public static long finish(Hart h, long result) {
    return h.tailTarget == 0 ? result : finishInteger(h);
  }

  /** Carries out the tail calls that a function left behind; its result is fa0. */
  public static double finish(Hart h, double result) {
    return h.tailTarget == 0 ? result : finishFloat(h);
  }

  /** Carries out the tail calls that a function left behind. */
  public static void finish(Hart h) {
    if (h.tailTarget != 0) {
      GuestFunction.finishTailCalls(h);
    }
  }

  private static long finishInteger(Hart h) {
    GuestFunction.finishTailCalls(h);
    return h.x10;
  }

  private static double finishFloat(Hart h) {
    GuestFunction.finishTailCalls(h);
    return Double.longBitsToDouble(h.f10);
  }

  /**
   * A function that breaks the ABI left a tail call behind: its caller's frame is dropped, and the
   * dispatcher goes on.
   *
   * @return what to throw
   */
  public static Unwind leaveToTailCall(Hart h) {
    h.pc = h.tailTarget;
    h.tailTarget = 0;
    return Unwind.INSTANCE;
  }

  /**
   * The number of a jump table's entry.
   *
   * @param offset of the entry from the table, in bytes
   * @return -1 where it is no entry of any table
   */
  public static int tableIndex(long offset) {
    long index = offset >> 2;
    return index == (int) index ? (int) index : -1;
  }

  /** An environment call with every dirty register written back. */
  public static long environmentCall(Hart h, long sp, long pc) {
    h.x2 = sp;
    h.pc = pc;
    h.leaveGuestCode();
    h.kernel.environmentCall(h, false);
    h.enterGuestCode();
    if (h.interruptRequested() || h.capabilities != null && !CapabilityFreeCode.isAllowed(h)) {
      // The code of this frame may have been withdrawn meanwhile, or capabilities were answered.
      h.pc = pc + ECALL_LENGTH;
      throw Unwind.INSTANCE;
    }
    return h.x10;
  }
}
