package org.capvm.intravisor.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.Kernels;

/**
 * Two cVMs that share buffers and a stream: a client, which is told what to do through a buffer,
 * and a receiver. Their programs are in {@code src/main/benchmark}.
 */
final class IpcGuests implements AutoCloseable {
  /** What the client can do; the numbers are those of its source. */
  enum Operation {
    COPY(1),
    FILE_COPY(2),
    ONE_WAY(3),
    ROUND_TRIP(4),
    CALL(5);

    private final int number;

    Operation(int number) {
      this.number = number;
    }

    /** Whether it is nothing but loads and stores of the client. */
    boolean crossesNothing() {
      return this == COPY || this == FILE_COPY;
    }
  }

  static final long LARGEST = 4L << 20;

  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final int ASKED = 0;
  private static final int ANSWERED = 4;
  private static final int OPERATION = 8;
  private static final int SIZE = 16;
  private static final int COUNT = 24;
  private static final int NANOSECONDS = 32;
  private static final int SUM = 40;
  private static final int CONTROL_SIZE = 48;

  /** Two buffers of the largest size, and the stacks. */
  private static final long MEMORY = 64L << 20;

  private static final long LOOK_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(100);

  /** What a request costs besides: two times, a wake, and a wait, which may end in vain. */
  private static final Map<String, Integer> CALLS_OF_A_REQUEST =
      Map.of("time", 2, "cp_file_wake", 1, "cp_file_wait", 2);

  private final IpcNamespace names = new IpcNamespace();
  private final Participant intravisor = new Participant("intravisor", null);
  private final CpFile control;
  private final MemorySegment words;
  private final MemorySegment data;
  private final Cvm receiver;
  private final Cvm callee;
  private final Cvm client;
  private int asked;

  /** Starts them, each on a processor of its own. */
  IpcGuests(WorkFolder folder, Engine engine, Processors processors)
      throws BenchmarkException, InterruptedException {
    boolean complete = false;
    try {
      AccessList access = new AccessList(Set.of(), Set.of("client"));
      control = names.publish("control", intravisor, access, CONTROL_SIZE);
      words = control.view(true).segment();
      data = names.publish("data", intravisor, access, LARGEST).view(true).segment();
      receiver = start(folder, engine, "receiver");
      callee = start(folder, engine, "callee");
      client = start(folder, engine, "client");
      // Both threads have their names when they have answered.
      run(Operation.ROUND_TRIP, Long.BYTES, 1);
      Processors.pin("client thread", processors.first());
      Processors.pin("receiver thread", processors.second());
      complete = true;
    } catch (IpcException | CvmException | IOException e) {
      throw new BenchmarkException("the cVMs cannot be started: " + e.getMessage(), e);
    } finally {
      if (!complete) {
        names.close();
      }
    }
  }

  private Cvm start(WorkFolder folder, Engine engine, String name)
      throws BenchmarkException, CvmException, IOException {
    CvmOptions options =
        CvmOptions.of(folder.unpack(name).toString())
            .withKernel(KernelKind.NONE)
            .withMemory(MEMORY);
    Cvm cvm = Kernels.create(options, engine, names, name);
    cvm.start(StandardStreams.ofJvmWithoutInput());
    return cvm;
  }

  /** What the client has written into the shared buffer. */
  MemorySegment data() {
    return data;
  }

  /**
   * Lets the client carry out {@code count} operations on {@code size} bytes.
   *
   * @throws BenchmarkException also when it made hostcalls where none are needed
   */
  Outcome run(Operation operation, long size, long count)
      throws BenchmarkException, InterruptedException {
    Map<String, Long> callsBefore = client.calls();
    Usage clientBefore = client.usage();
    Usage receiverBefore = receiver.usage();
    words.set(ValueLayout.JAVA_LONG, OPERATION, operation.number);
    words.set(ValueLayout.JAVA_LONG, SIZE, size);
    words.set(ValueLayout.JAVA_LONG, COUNT, count);
    asked++;
    WORD.setVolatile(words, (long) ASKED, asked);
    try {
      control.wake(ASKED, 1);
      awaitAnswer();
    } catch (IpcException e) {
      throw new BenchmarkException("the client cannot be asked: " + e.getMessage(), e);
    }
    if (operation.crossesNothing()) {
      requireNoCrossing(callsBefore, client.calls());
    }
    return new Outcome(
        words.get(ValueLayout.JAVA_LONG, NANOSECONDS),
        words.get(ValueLayout.JAVA_LONG, SUM),
        client.usage().cpuNanoseconds() - clientBefore.cpuNanoseconds(),
        receiver.usage().cpuNanoseconds() - receiverBefore.cpuNanoseconds());
  }

  private void awaitAnswer() throws IpcException, BenchmarkException {
    while (true) {
      int answered = (int) WORD.getVolatile(words, (long) ANSWERED);
      if (answered == asked) {
        return;
      }
      if (client.usage().threads() == 0
          || receiver.usage().threads() == 0
          || callee.usage().threads() == 0) {
        throw new BenchmarkException("a cVM of the benchmark has ended");
      }
      try {
        control.await(intravisor, ANSWERED, answered, LOOK_NANOSECONDS);
      } catch (IpcException e) {
        if (e.kind() != IpcException.Kind.TIMED_OUT) {
          throw e;
        }
      }
    }
  }

  /** However many copies were made, the hostcalls are those of one request. */
  static void requireNoCrossing(Map<String, Long> before, Map<String, Long> after)
      throws BenchmarkException {
    for (Map.Entry<String, Long> call : after.entrySet()) {
      long made = call.getValue() - before.getOrDefault(call.getKey(), 0L);
      if (made > CALLS_OF_A_REQUEST.getOrDefault(call.getKey(), 0)) {
        throw new BenchmarkException(
            "the copies made %d hostcalls %s; there should be none".formatted(made, call.getKey()));
      }
    }
  }

  @Override
  public void close() {
    // Without the receiver, which would take the end of its stream for a failure.
    receiver.close();
    callee.close();
    client.close();
    names.close();
  }
}
