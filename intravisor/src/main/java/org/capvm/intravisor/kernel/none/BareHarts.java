package org.capvm.intravisor.kernel.none;

import org.capvm.intravisor.cvm.Engine.CodeSpace;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.intravisor.kernel.none.thread.Harts;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.memory.Window;

/** The harts of a bare cVM, with or without capabilities. */
final class BareHarts implements Harts {
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int TP = 4;
  private static final int A0 = 10;
  private static final int ECALL_LENGTH = 4;
  private static final long STACK_ALIGNMENT = 16;

  private final Window window;
  private final BareLayout layout;
  private final CodeSpace code;
  private final Kernel kernel;
  private final Capability[] frames;

  /** Where functions in capability mode return to; made once. */
  private Capability returnEntry;

  private final Capability[] threadPages;

  /**
   * @param code makes the harts, and runs them
   */
  BareHarts(Window window, BareLayout layout, CodeSpace code, Kernel kernel) {
    this.window = window;
    this.layout = layout;
    this.code = code;
    this.kernel = kernel;
    this.frames = new Capability[layout.threads()];
    this.threadPages = new Capability[layout.threads()];
  }

  @Override
  public Hart newHart() {
    return code.map().newHart(window, kernel);
  }

  @Override
  public void setStack(Hart h, int place) {
    prepareStack(place);
    if (h.capabilities == null) {
      h.x1 = layout.exitCode();
      h.x2 = layout.stackEnd(place);
      h.x4 = layout.threadPage(place);
    } else {
      CapabilityStart.setStack(h, layout, place);
    }
  }

  @Override
  public void run(Hart h) {
    code.run(h);
  }

  @Override
  public void share() {
    if (window.tags() != null) {
      window.tags().setShared(true);
    }
  }

  @Override
  public void discardStack(int place) {
    window.discard(layout.stackStart(place), layout.stackSize());
  }

  @Override
  public void prepareStack(int place) {
    ThreadPage.prepare(window, layout, place);
  }

  @Override
  public long largestBuffer() {
    return layout.stackSize() / 4;
  }

  @Override
  public Window window() {
    return window;
  }

  @Override
  public Capability setServiceStack(Hart h, int place, long bytes) {
    long length = bytes == 0 ? 0 : CompressedBounds.roundedLength(bytes);
    long alignment = CompressedBounds.alignmentMask(length) & -STACK_ALIGNMENT;
    long room = layout.stackEnd(place) - length & alignment;
    CapabilityRegisters registers = h.capabilities;
    if (registers == null) {
      h.x1 = layout.returnCode();
      h.x2 = room;
      h.x4 = layout.threadPage(place);
      return Capability.integer(bytes == 0 ? 0 : room);
    }
    if (registers.pccBounds().isCapabilityMode()) {
      setServiceCapabilities(registers, place, room);
    } else {
      registers.setInteger(RA, layout.returnCode());
      registers.setInteger(SP, room);
      registers.setInteger(TP, layout.threadPage(place));
    }
    return bytes == 0
        ? Capability.NULL
        : CapabilityStart.callersBytes(registers.dialect(), room, length);
  }

  /** Made once for each place: harts that make the same at the same time do no harm. */
  private void setServiceCapabilities(CapabilityRegisters registers, int place, long sp) {
    Dialect dialect = registers.dialect();
    if (frames[place] == null) {
      threadPages[place] = CapabilityStart.threadPage(dialect, layout, place);
      returnEntry = ReturnGate.entry(dialect);
      frames[place] = CapabilityStart.frames(dialect, layout, place);
    }
    registers.set(RA, returnEntry);
    registers.set(SP, frames[place].withAddress(sp));
    registers.set(TP, threadPages[place]);
  }

  @Override
  public boolean runCall(Hart h) {
    return code.runUntil(h, layout.returnCode());
  }

  private Hart copy(Hart waiting) {
    Hart h = newHart();
    h.copyRegisters(waiting);
    if (waiting.capabilities != null) {
      h.capabilities = waiting.capabilities.copyTo(h);
    }
    return h;
  }

  @Override
  public Hart repeat(Hart waiting) {
    Hart h = copy(waiting);
    BareThread thread = BareThread.of(waiting);
    if (thread.gateData() != null) {
      HostcallGate.comeBack(h.capabilities);
      thread.setGateData(null);
    }
    return h;
  }

  @Override
  public Hart goOn(Hart waiting, long result) {
    Hart h = copy(waiting);
    if (waiting.capabilities == null) {
      h.x10 = result;
      h.pc = waiting.pc + ECALL_LENGTH;
      return h;
    }
    BareThread thread = BareThread.of(waiting);
    if (thread.gateData() != null) {
      HostcallGate.leave(h.capabilities, thread.gateData(), result);
      thread.setGateData(null);
    } else {
      h.capabilities.setInteger(A0, result);
      h.pc = waiting.pc + ECALL_LENGTH;
    }
    return h;
  }
}
