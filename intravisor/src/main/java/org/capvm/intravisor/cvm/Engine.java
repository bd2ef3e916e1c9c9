package org.capvm.intravisor.cvm;

import org.capvm.intravisor.kernel.host.memory.ExecutableMappings;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;

/** How guest code is executed. */
public interface Engine {
  /** The code side of one window: shared by the harts that run in it. */
  interface CodeSpace extends ExecutableMappings {
    /** The code by address; makes the harts. */
    CodeMap map();

    /** Runs a hart until its guest thread ends. */
    default void run(Hart h) {
      Dispatcher.run(h);
    }

    /**
     * Runs a hart until control arrives at an address, or until its guest thread ends.
     *
     * @return whether it arrived
     */
    default boolean runUntil(Hart h, long end) {
      return Dispatcher.runUntil(h, end);
    }

    /**
     * A program was put into the window, all of it before any of its code runs. Its code may be
     * translated ahead of time, until {@link #flushed} finds that it has changed.
     *
     * @param bias load address minus link-time address
     */
    default void loaded(ElfImage program, long bias) {}

    @Override
    default void changed(long address, long length) {
      map().invalidate(address, address + length);
    }

    @Override
    default void flushed(long start, long end) {
      map().invalidate(start, start == 0 && end == 0 ? Long.MAX_VALUE : end);
    }
  }

  /** Makes the code side of a new window. */
  CodeSpace attach(Window window, TranslationBudget budget);

  /** Makes the code side of a new window whose cVM may have all translated that it runs. */
  default CodeSpace attach(Window window) {
    return attach(window, new TranslationBudget(Limits.NONE));
  }

  /** What cVMs of this engine, and of those that run beside it, seal with. */
  ObjectTypes objectTypes();

  /** Makes the code side of a new window whose harts have capabilities. */
  CodeSpace attachTagged(Window window, Dialect dialect, TranslationBudget budget);
}
