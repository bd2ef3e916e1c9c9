package org.capvm.testsuite.instructions;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.memory.Window;

/** A way of executing guest code. */
interface Engine {
  /**
   * A hart that executes code of this window, to be run by the dispatcher.
   *
   * @param entry where a function was just written; it is entered there
   * @param length of the function in bytes
   */
  Hart hart(Window window, Kernel kernel, long entry, int length);
}
