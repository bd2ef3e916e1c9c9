package org.capvm.intravisor.kernel.none;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityDispatcher;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.interpreter.Interpreter;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.CapabilityUse;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** A bare program on one hart: all of the window is its memory, the stack at its end. */
public final class BareCvm {
  private static final long JAVA_STACK = 256L << 20;
  private static final Duration FOR_EVER = Duration.ofDays(365);

  private BareCvm() {}

  /**
   * Runs a program until it ends or the time is up. It prints to the JVM's standard output.
   *
   * @throws CvmException when it cannot be started
   */
  public static CvmResult run(CvmOptions options, Engine engine)
      throws CvmException, InterruptedException {
    ElfImage program;
    try {
      program = ElfImage.read(file(options));
    } catch (ElfException e) {
      throw new CvmException(Kind.NOT_RUNNABLE, e.getMessage(), e);
    }
    // Not System.out, which would change bytes that are no text.
    var console = new FileOutputStream(FileDescriptor.out);
    HostcallTable hostcalls = new HostcallTable(console, Clock.systemUTC());
    CapabilityUse use = program.capabilityUse();
    try (Window window = new Window(options.memory(), use != CapabilityUse.NONE)) {
      long entry = BareLoader.load(program, window);
      BareKernel kernel;
      Hart hart;
      Runnable guest;
      if (use == CapabilityUse.NONE) {
        kernel = new BareKernel(hostcalls, h -> Interpreter.of(h).invalidate(0, window.size()));
        hart = engine.attach(window).map().newHart(window, kernel);
        hart.pc = entry;
        hart.x2 = window.size() & -16L;
        guest = () -> Dispatcher.run(hart);
      } else {
        window.tags().setShared(false);
        CapabilityCodeMap code = engine.attachTagged(window, options.dialect());
        kernel = new BareKernel(hostcalls, _ -> code.invalidate(0, window.size()));
        hart = new CodeMap(window).newHart(window, kernel);
        CapabilityStart.prepare(hart, use, options.dialect(), entry);
        guest = () -> CapabilityDispatcher.run(hart, code);
      }
      Thread thread = new Thread(null, () -> run(guest, kernel), "guest", JAVA_STACK);
      thread.setDaemon(true);
      thread.start();
      boolean ended = thread.join(options.timeLimit().orElse(FOR_EVER));
      if (!ended) {
        kernel.kill();
        hart.requestInterrupt();
        thread.join();
      }
      return new CvmResult(
          ended ? kernel.status() : CvmResult.TIME_LIMIT, hostcalls.counts(), window.size());
    } catch (IllegalArgumentException | OutOfMemoryError e) {
      throw new CvmException(e.getMessage(), e);
    }
  }

  private static Path file(CvmOptions options) {
    return options
        .root()
        .map(root -> root.resolve(options.program().replaceFirst("^/+", "")))
        .orElseGet(() -> Path.of(options.program()));
  }

  private static void run(Runnable guest, BareKernel kernel) {
    try {
      guest.run();
    } catch (RuntimeException | Error e) {
      // A defect of ours ends the program as a crash would.
      kernel.abort();
      throw e;
    }
  }
}
