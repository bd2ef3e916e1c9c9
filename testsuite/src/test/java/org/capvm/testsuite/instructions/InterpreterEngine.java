package org.capvm.testsuite.instructions;

import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.memory.Window;

/** Interprets everything. */
final class InterpreterEngine implements Engine {
  @Override
  public Hart hart(Window window, Kernel kernel, long entry, int length) {
    return new CodeMap(window).newHart(window, kernel);
  }
}
