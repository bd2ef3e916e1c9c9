package org.capvm.intravisor.kernel.none;

import org.capvm.intravisor.kernel.none.thread.Harts;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityDispatcher;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.memory.Window;

/** The harts of a bare cVM, with or without capabilities. */
final class BareHarts implements Harts {
  private final Window window;
  private final BareLayout layout;
  private final CodeMap code;
  private final CapabilityCodeMap capabilityCode;
  private final Kernel kernel;

  /**
   * @param code makes the harts
   * @param capabilityCode what they run, or null in a cVM without capabilities
   */
  BareHarts(
      Window window,
      BareLayout layout,
      CodeMap code,
      CapabilityCodeMap capabilityCode,
      Kernel kernel) {
    this.window = window;
    this.layout = layout;
    this.code = code;
    this.capabilityCode = capabilityCode;
    this.kernel = kernel;
  }

  @Override
  public Hart newHart() {
    return code.newHart(window, kernel);
  }

  @Override
  public void setStack(Hart h, int place) {
    ThreadPage.prepare(window, layout, place);
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
    if (capabilityCode == null) {
      Dispatcher.run(h);
    } else {
      CapabilityDispatcher.run(h, capabilityCode);
    }
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
}
