package org.capvm.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The interpreter on a loop that loads, adds, stores and branches: nanoseconds an instruction. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class InterpreterBenchmark {
  private static final long CODE = Window.LOW + 0x1000;
  private static final long DATA = Window.LOW + 0x3000;
  private static final int ITERATIONS = 10_000;

  /** 1: ld a0,0(a1); addi a0,a0,1; sd a0,0(a1); addi a2,a2,-1; bnez a2,1b; ecall. */
  private static final int[] LOOP = {
    0x0005b503, 0x00150513, 0x00a5b023, 0xfff60613, 0xfe0618e3, 0x00000073,
  };

  private Window window;
  private Hart hart;

  @Setup
  public void prepare() {
    window = new Window(1 << 20);
    for (int i = 0; i < LOOP.length; i++) {
      Memory.storeInt(window, CODE + 4L * i, LOOP[i]);
    }
    int bits = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(CODE, DATA + Window.PAGE - CODE, bits);
    hart = new CodeMap(window).newHart(window, new Ending());
  }

  @TearDown
  public void close() {
    window.close();
  }

  @Benchmark
  @OperationsPerInvocation(5 * ITERATIONS)
  public long loop() {
    hart.x11 = DATA;
    hart.x12 = ITERATIONS;
    hart.pc = CODE;
    Dispatcher.run(hart);
    return hart.x10;
  }

  /** Ends the thread at its environment call. */
  private static final class Ending implements Kernel {
    @Override
    public void environmentCall(Hart h, boolean complete) {
      throw HartExit.INSTANCE;
    }

    @Override
    public void trap(Hart h, Trap trap) {
      throw new IllegalStateException("unexpected " + trap);
    }

    @Override
    public void interrupt(Hart h) {}

    @Override
    public void instructionFence(Hart h) {}
  }
}
