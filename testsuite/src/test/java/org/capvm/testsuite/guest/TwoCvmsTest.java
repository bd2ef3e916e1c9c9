package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.capvm.intravisor.kernel.host.calls.CloneCalls;
import org.capvm.intravisor.kernel.host.calls.ExecCalls;
import org.capvm.intravisor.kernel.host.calls.SystemCalls;
import org.capvm.intravisor.kernel.host.syscall.SystemCall;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two cVMs of one JVM run the same classes while both go through the depths of their stacks: a
 * stack overflow in a class's initialiser or in shared state of the runtime would end both.
 */
@Tag("slow")
class TwoCvmsTest {
  private static final Path FOLDER = Path.of("target/two-cvms").toAbsolutePath();
  private static final Path SOURCE = GuestSource.FOLDER.resolve("deep-calls.c");
  private static final int SECONDS = 600;

  /**
   * Each system call is made at each of the last depths. In translated code a frame takes at least
   * 64 bytes of the JVM's stack, so that 4,096 are the last 256 KiB before it is emptied; the
   * interpreter takes none of it, and shows the same results.
   */
  @ParameterizedTest
  @CsvSource({"TRANSLATED, 1000000, 4096", "INTERPRETER, 40000, 1024"})
  void deepStacksHarmNobody(Engine engine, int frames, int last) throws Exception {
    String program =
        CrossCompiler.build(new GuestSource(SOURCE, Files.readString(SOURCE))).toString();
    List<String> words = new ArrayList<>(List.of(engine.name(), program));
    words.addAll(List.of(Integer.toString(frames), Integer.toString(last)));
    List<SystemCall> emptying = calls().stream().filter(SystemCall::completeRegisters).toList();
    emptying.forEach(call -> words.add(Integer.toString(call.number())));

    WorkerJvm jvm = new WorkerJvm(TwoCvmsWorker.class, FOLDER, SECONDS);
    assertEquals(0, jvm.run(words.toArray(String[]::new)), () -> jvm.left("errors"));

    List<String> lines = jvm.left("output").lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    assertEquals(lines.getFirst(), lines.getLast());
    assertTrue(lines.getFirst().matches("[0-9]+ calls, returned, wrong 0"), lines.toString());
    long made = Long.parseLong(lines.getFirst().split(" ")[0]);
    System.out.printf("%s: %,d system calls in each of two cVMs%n", engine, made);
    assertTrue(made > (long) (calls().size() - emptying.size() - 2) * last, lines.toString());
  }

  private static List<SystemCall> calls() {
    SystemCallTable table = SystemCalls.table(new ExecCalls(null, null), new CloneCalls(null));
    return IntStream.range(0, SystemCallTable.LIMIT)
        .mapToObj(table::get)
        .filter(call -> call != null)
        .toList();
  }
}
