package org.capvm.intravisor.kernel.host.signal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    CapabilityFrame capabilities = CapabilityFrame.of(h, stack);
    int size = capabilities == null ? SIZE : CapabilityFrame.SIZE;
    long sp = capabilities == null ? h.x2 : capabilities.stackPointer();
    long top = top(sp, size, action, stack);
    long frame = top - size & -16L;
    Window w = h.window;
    w.pages().check(frame, size, AccessKind.STORE);
    byte[] image = image(h, size, info, blocked, stack, sp);
    if (capabilities == null) {
      w.write(frame, MemorySegment.ofArray(image));
      h.x1 = returnAddress;
      h.x2 = frame;
      h.x10 = info.number();
      h.x11 = frame;
      h.x12 = frame + CONTEXT;
      h.pc = action.handler();
    } else {
      capabilities.store(frame, image, top != sp);
      capabilities.enter(action.authority(), info.number(), frame, returnAddress);
    }
  }

  private static byte[] image(
      Hart h, int size, SignalInfo info, long blocked, SignalStack stack, long sp) {
    ByteBuffer to = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    to.put(info.bytes());
    to.put(STACK, stackBytes(stack, sp));
    to.putLong(MASK, blocked);
    to.putLong(REGISTERS, h.pc);
    for (int i = 1; i < 32; i++) {
      to.putLong(REGISTERS + 8 * i, h.x(i));
    }
    for (int i = 0; i < 32; i++) {
      to.putLong(FLOATING_POINT + 8 * i, h.f(i));
    }
    to.putInt(FCSR, h.fcsr());
    return to.array();
  }

  /**
   * Restores the registers from the frame at the hart's stack pointer, as rt_sigreturn does.
   *
   * @throws MemoryFault when there is no readable frame; the hart is then unchanged
   */
  public static Saved pop(Hart h) {
    CapabilityFrame capabilities = CapabilityFrame.of(h, SignalStack.NONE);
    long frame = capabilities == null ? h.x2 : capabilities.stackPointer();
    Window w = h.window;
    w.pages().check(frame, capabilities == null ? SIZE : CapabilityFrame.SIZE, AccessKind.LOAD);
    CapabilityFrame.Restored restored = capabilities == null ? null : capabilities.load(frame);
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
    if (restored == null) {
      return new Saved(mask, stack);
    }
    restored.to(h);
    return new Saved(mask, stack.under(restored.signalStack()));
  }

  /** Below which address the frame lies: the stack pointer, or the end of the alternate stack. */
  private static long top(long sp, int size, SignalAction action, SignalStack stack) {
    if (stack.inUse(sp)) {
      if (!stack.contains(sp - size)) {
        throw new MemoryFault(sp - size, AccessKind.STORE, true);
      }
      return sp;
    }
    return action.has(SignalAction.SA_ONSTACK) && !stack.disabled()
        ? stack.base() + stack.size()
        : sp;
  }

  /** A stack_t: ss_sp, ss_flags, ss_size. */
  public static byte[] stackBytes(SignalStack stack, long sp) {
    ByteBuffer to = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    return to.putLong(stack.base()).putInt(stack.flags(sp)).putInt(0).putLong(stack.size()).array();
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
