package org.capvm.testsuite.instructions;

import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.interpreter.ResumePoints;
import org.capvm.runtime.memory.Window;

/** Interprets everything. */
final class InterpreterEngine implements Engine {
  @Override
  public Hart hart(Window window, Kernel kernel, long entry, int length) {
    Interpreter interpreter = new Interpreter(window, new ResumePoints(window), null);
    return new Hart(window, kernel, new GuestFunction[0][], interpreter);
  }
}
