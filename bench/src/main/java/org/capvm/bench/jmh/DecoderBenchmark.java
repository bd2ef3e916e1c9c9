package org.capvm.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.capvm.runtime.isa.Decoder;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The decoder: nanoseconds of one instruction. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecoderBenchmark {
  /** lw a5,0(a5); beq; addi; sd; jal; lui; c.mv; c.ld; c.addi; c.beqz; fadd.d; amoadd.w. */
  private static final int[] CODE = {
    0x0007a783,
    0x00f50863,
    0x02468693,
    0x02813023,
    0x008000ef,
    0x0034e837,
    0x842a,
    0x6422,
    0x17fd,
    0xd155,
    0x02b57553,
    0x00b5252f,
  };

  private int[] code;

  @Setup
  public void prepare() {
    code = CODE.clone();
  }

  @Benchmark
  @OperationsPerInvocation(12)
  public void decode(Blackhole sink) {
    for (int bits : code) {
      sink.consume(Decoder.decode(bits));
    }
  }
}
