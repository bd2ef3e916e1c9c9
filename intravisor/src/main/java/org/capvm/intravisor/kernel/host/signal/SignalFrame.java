package org.capvm.intravisor.kernel.host.signal;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * The frame that Linux pushes on a riscv64 guest's stack to run a signal handler (struct
 * rt_sigframe of arch/riscv/kernel/signal.c): siginfo_t, then struct ucontext with the integer
 * registers and the D-extension state. Offsets are in bytes from the frame's start.
 */
public final class SignalFrame {
  static final int CONTEXT = SignalInfo.SIZE;
  static final int STACK = CONTEXT + 16;
  static final int MASK = CONTEXT + 40;
  static final int REGISTERS = CONTEXT + 176;
  static final int FLOATING_POINT = REGISTERS + 32 * 8;
  static final int FCSR = FLOATING_POINT + 32 * 8;

  /** Size in bytes; the floating-point state has room for the Q extension. */
  public static final int SIZE = FLOATING_POINT + 528;

  private SignalFrame() {}

  /** What returning from a handler restores besides the registers. */
  public record Saved(long mask, SignalStack stack) {}

  /**
   * Pushes a frame that holds the registers of the hart, and makes the hart enter the handler.
   *
   * @param blocked the signal mask that returning from the handler restores
   * @param stack the task's alternate stack
   * @param returnAddress where the handler returns to: the vDSO's rt_sigreturn
   * @throws MemoryFault when the stack cannot hold the frame; the hart is then unchanged
   */
  public static void push(
      Hart h,
      SignalInfo info,
      SignalAction action,
      long blocked,
      SignalStack stack,
      long returnAddress) {
    long frame = place(h.x2, action, stack);
    Window w = h.window;
    w.pages().check(frame, SIZE, AccessKind.STORE);
    info.store(w, frame);
    for (int i = CONTEXT; i < SIZE; i += 8) {
      Memory.storeLong(w, frame + i, 0);
    }
    storeStack(w, frame + STACK, stack, h.x2);
    Memory.storeLong(w, frame + MASK, blocked);
    Memory.storeLong(w, frame + REGISTERS, h.pc);
    for (int i = 1; i < 32; i++) {
      Memory.storeLong(w, frame + REGISTERS + 8 * i, h.x(i));
    }
    for (int i = 0; i < 32; i++) {
      Memory.storeLong(w, frame + FLOATING_POINT + 8 * i, h.f(i));
    }
    Memory.storeInt(w, frame + FCSR, h.fcsr());
    h.x1 = returnAddress;
    h.x2 = frame;
    h.x10 = info.number();
    h.x11 = frame;
    h.x12 = frame + CONTEXT;
    h.pc = action.handler();
  }

  /**
   * Restores the registers from the frame at the hart's stack pointer, as rt_sigreturn does.
   *
   * @throws MemoryFault when there is no readable frame; the hart is then unchanged
   */
  public static Saved pop(Hart h) {
    long frame = h.x2;
    Window w = h.window;
    w.pages().check(frame, SIZE, AccessKind.LOAD);
    long mask = Memory.loadLong(w, frame + MASK);
    SignalStack stack = loadStack(w, frame + STACK);
    h.pc = Memory.loadLong(w, frame + REGISTERS);
    for (int i = 1; i < 32; i++) {
      h.x(i, Memory.loadLong(w, frame + REGISTERS + 8 * i));
    }
    for (int i = 0; i < 32; i++) {
      h.f(i, Memory.loadLong(w, frame + FLOATING_POINT + 8 * i));
    }
    h.setFcsr(Memory.loadInt(w, frame + FCSR));
    return new Saved(mask, stack);
  }

  private static long place(long sp, SignalAction action, SignalStack stack) {
    long top = sp;
    if (stack.inUse(sp)) {
      if (!stack.contains(sp - SIZE)) {
        throw new MemoryFault(sp - SIZE, AccessKind.STORE, true);
      }
    } else if (action.has(SignalAction.SA_ONSTACK) && !stack.disabled()) {
      top = stack.base() + stack.size();
    }
    return (top - SIZE) & -16L;
  }

  /** Stores a stack_t: ss_sp, ss_flags, ss_size. */
  public static void storeStack(Window w, long address, SignalStack stack, long sp) {
    Memory.storeLong(w, address, stack.base());
    Memory.storeInt(w, address + 8, stack.flags(sp));
    Memory.storeInt(w, address + 12, 0);
    Memory.storeLong(w, address + 16, stack.size());
  }

  /** Reads a stack_t; sizes below the minimum of sigaltstack are the caller's business. */
  public static SignalStack loadStack(Window w, long address) {
    int flags = Memory.loadInt(w, address + 8);
    boolean autoDisarm = (flags & SignalStack.SS_AUTODISARM) != 0;
    if ((flags & SignalStack.SS_DISABLE) != 0) {
      return new SignalStack(0, 0, autoDisarm);
    }
    return new SignalStack(
        Memory.loadLong(w, address), Memory.loadLong(w, address + 16), autoDisarm);
  }
}
