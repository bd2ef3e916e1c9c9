package org.capvm.intravisor.kernel.host.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The frame's offsets are those of glibc's ucontext_t and siginfo_t for riscv64. */
class SignalFrameTest {
  private static final long STACK = 0x20000;
  private static final long SP = 0x30008;
  private static final SignalAction HANDLER = new SignalAction(0x12340, SignalAction.SA_SIGINFO, 0);
  private static final long RETURN = 0x55550;

  private Window window;
  private Hart hart;

  @BeforeEach
  void fillRegisters() {
    window = new Window(1 << 20);
    window.pages().set(STACK, 0x20000, PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    hart = new Hart(window, null, null, null);
    for (int i = 1; i < 32; i++) {
      hart.x(i, 100 + i);
    }
    for (int i = 0; i < 32; i++) {
      hart.f(i, 200 + i);
    }
    hart.pc = 0x11111;
    hart.x2 = SP;
    hart.setFrm(3);
    hart.setFflags(0x11);
  }

  @AfterEach
  void releaseWindow() {
    window.close();
  }

  private void push(SignalAction action, SignalStack stack) {
    SignalInfo info = SignalInfo.fault(Signals.SIGSEGV, SignalInfo.SEGV_ACCERR, 0xabcdef);
    SignalFrame.push(hart, info, action, 0x5a5aL, stack, RETURN);
  }

  @Test
  void handlerGetsSignalInfoAndContext() {
    push(HANDLER, SignalStack.NONE);
    long frame = (SP - 1088) & -16L;
    assertEquals(frame, hart.x2);
    assertEquals(Signals.SIGSEGV, hart.x10);
    assertEquals(frame, hart.x11);
    assertEquals(frame + 128, hart.x12);
    assertEquals(RETURN, hart.x1);
    assertEquals(0x12340, hart.pc);
    assertEquals(108, hart.x8);
  }

  @Test
  void layoutIsThatOfLinux() {
    push(HANDLER, SignalStack.NONE);
    long info = hart.x11;
    assertEquals(Signals.SIGSEGV, Memory.loadInt(window, info));
    assertEquals(SignalInfo.SEGV_ACCERR, Memory.loadInt(window, info + 8));
    assertEquals(0xabcdef, Memory.loadLong(window, info + 16));
    long context = hart.x12;
    assertEquals(SignalStack.SS_DISABLE, Memory.loadInt(window, context + 16 + 8));
    assertEquals(0x5a5a, Memory.loadLong(window, context + 40));
    long machine = context + 176;
    assertEquals(0x11111, Memory.loadLong(window, machine));
    assertEquals(SP, Memory.loadLong(window, machine + 2 * 8));
    assertEquals(131, Memory.loadLong(window, machine + 31 * 8));
    assertEquals(200, Memory.loadLong(window, machine + 256));
    assertEquals(231, Memory.loadLong(window, machine + 256 + 31 * 8));
    assertEquals(0x71, Memory.loadInt(window, machine + 512));
  }

  @Test
  void returningRestoresWhatTheHandlerLeftInTheFrame() {
    push(HANDLER, SignalStack.NONE);
    long machine = hart.x12 + 176;
    Memory.storeLong(window, machine, 0x22222);
    Memory.storeLong(window, machine + 10 * 8, 42);
    for (int i = 5; i < 32; i++) {
      hart.x(i, 0);
      hart.f(i, 0);
    }
    hart.setFflags(0);
    SignalFrame.Saved saved = SignalFrame.pop(hart);
    assertEquals(0x5a5a, saved.mask());
    assertEquals(SignalStack.NONE, saved.stack());
    assertEquals(0x22222, hart.pc);
    assertEquals(SP, hart.x2);
    assertEquals(42, hart.x10);
    assertEquals(131, hart.x31);
    assertEquals(231, hart.f31);
    assertEquals(0x11, hart.fflags());
    assertEquals(3, hart.frm());
  }

  @Test
  void alternateStackIsUsedOnlyWhenAskedForAndNotAlreadyOnIt() {
    SignalStack alternate = new SignalStack(0x38000, 0x4000, false);
    SignalAction onStack = new SignalAction(0x12340, SignalAction.SA_ONSTACK, 0);
    push(onStack, alternate);
    assertEquals(0x3c000 - 1088, hart.x2);
    long nested = hart.x2;
    push(onStack, alternate);
    assertEquals((nested - 1088) & -16L, hart.x2);
    assertEquals(SignalStack.SS_ONSTACK, Memory.loadInt(window, hart.x12 + 16 + 8));
    hart.x2 = SP;
    push(HANDLER, alternate);
    assertEquals((SP - 1088) & -16L, hart.x2);
  }

  @Test
  void stackWithoutRoomFaultsAndChangesNothing() {
    hart.x2 = STACK + 512;
    assertThrows(MemoryFault.class, () -> push(HANDLER, SignalStack.NONE));
    assertEquals(0x11111, hart.pc);
    assertEquals(STACK + 512, hart.x2);
    hart.x2 = 0x38000 + 600;
    SignalStack alternate = new SignalStack(0x38000, 0x4000, false);
    assertThrows(MemoryFault.class, () -> push(HANDLER, alternate));
  }
}
