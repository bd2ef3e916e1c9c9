package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.CODE;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.capvm.runtime.isa.Assembler;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that changes while another hart executes it. */
@Timeout(60)
class PatchedCodeTest {
  private static final int NOP = ADDI.match();
  private final Machine m = new Machine();

  @AfterEach
  void close() {
    m.close();
  }

  /** Starts a hart, and waits until it spins in compiled code. */
  private Thread spinning() throws InterruptedException {
    Thread thread = new Thread(() -> m.code.interpreter().run(m.hart));
    thread.start();
    TimeUnit.MILLISECONDS.sleep(200);
    return thread;
  }

  @Test
  void runningHartSeesThePatchedInstruction() throws InterruptedException {
    m.words(NOP, NOP, Assembler.immediate(ADDI, A0, A0, 1), Assembler.jump(0, -8));
    Thread thread = spinning();
    Memory.storeInt(m.window, CODE + 4, EBREAK.match());
    m.code.invalidate(CODE + 4, CODE + 8);
    thread.join();
    assertEquals(CODE + 4, m.trapAddresses.getLast());
    assertTrue(m.hart.x10 > 0);
  }

  @Test
  void runningHartFaultsWhenItsPageGoesAway() throws InterruptedException {
    m.words(Assembler.branch(BEQ, 0, 0, 0));
    Thread thread = spinning();
    m.window.pages().set(CODE, Window.PAGE, 0);
    m.code.invalidate(CODE, CODE + Window.PAGE);
    thread.join();
    assertEquals(CODE, m.trapAddresses.getLast());
  }

  @Test
  void blocksThatBeginInThePageBeforeAreForgotten() {
    long next = CODE + Window.PAGE;
    m.window.pages().set(CODE, 2 * Window.PAGE, PageTable.MAPPED | PageTable.EXECUTE);
    m.at(next - 2).words(Assembler.immediate(ADDI, A0, 0, 1), EBREAK.match());
    m.hart.pc = next - 2;
    m.code.interpreter().run(m.hart);
    assertEquals(1, m.hart.x10);
    m.at(next - 2).words(Assembler.immediate(ADDI, A0, 0, 2));
    m.code.invalidate(next, next + 2);
    m.hart.pc = next - 2;
    m.code.interpreter().run(m.hart);
    assertEquals(2, m.hart.x10);
  }
}
