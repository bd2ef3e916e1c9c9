package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.memory.ExecutableMappings;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.memory.Window;

/** How guest code is executed. */
public interface Engine {
  /** The code side of one window: shared by the harts that run in it. */
  interface CodeSpace extends ExecutableMappings {
    /** Translated functions by address. */
    CodeMap functions();

    /** What runs where nothing is translated. */
    GuestFunction fallback();
  }

  /** Makes the code side of a new window. */
  CodeSpace attach(Window window);
}
