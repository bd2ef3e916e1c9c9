package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.interpreter.ResumePoints;
import org.capvm.runtime.memory.Window;

/** Interprets everything. */
public final class InterpreterEngine implements Engine {
  @Override
  public CodeSpace attach(Window window) {
    return new Space(window);
  }

  private static final class Space implements CodeSpace {
    private final Window window;
    private final CodeMap functions;
    private final Interpreter interpreter;

    Space(Window window) {
      this.window = window;
      functions = new CodeMap(window);
      interpreter = new Interpreter(window, new ResumePoints(window), null);
    }

    @Override
    public CodeMap functions() {
      return functions;
    }

    @Override
    public GuestFunction fallback() {
      return interpreter;
    }

    @Override
    public void mapped(OpenFile file, long offset, long address, long length) {}

    @Override
    public void changed(long address, long length) {
      interpreter.invalidate(address, address + length);
    }

    @Override
    public void flushed(long start, long end) {
      if (start == 0 && end == 0) {
        interpreter.invalidate(Window.LOW, window.size());
      } else {
        interpreter.invalidate(start, end);
      }
    }
  }
}
