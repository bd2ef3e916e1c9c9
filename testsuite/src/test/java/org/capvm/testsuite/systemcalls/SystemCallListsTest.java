package org.capvm.testsuite.systemcalls;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.capvm.intravisor.kernel.host.calls.CloneCalls;
import org.capvm.intravisor.kernel.host.calls.ExecCalls;
import org.capvm.intravisor.kernel.host.calls.SystemCalls;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Guest programs that try every call of a kind have all of them: what the kernel's code says of its
 * handlers, and what the programs' tables list, are the same.
 */
class SystemCallListsTest {
  private static final Pattern ROW = Pattern.compile("CALL\\(\\w+, (\\w+)\\)");

  /** Its path is a name for /proc, never looked up. */
  private static final Set<String> NAMES_NOTHING = Set.of("memfd_create");

  private static KernelCode kernel;

  @BeforeAll
  static void read() throws IOException {
    kernel = KernelCode.read();
  }

  @Test
  void everyHandlerIsFound() {
    SystemCallTable table = SystemCalls.table(new ExecCalls(null, null), new CloneCalls(null));
    Set<String> names =
        IntStream.range(0, SystemCallTable.LIMIT)
            .mapToObj(table::get)
            .filter(call -> call != null)
            .map(call -> call.name())
            // Added in a loop; none of them does anything.
            .filter(name -> !name.endsWith("xattr"))
            .collect(toCollection(TreeSet::new));
    assertEquals(names, new TreeSet<>(kernel.names()));
  }

  @Test
  void everyCallThatWaitsIsKilled() throws IOException {
    assertEquals(
        kernel.reaching(
            method ->
                method.owner().endsWith("/os/Waker")
                        && (method.name().equals("park") || method.name().equals("beginHostCall"))
                    || method.owner().equals("java/util/concurrent/locks/LockSupport")
                        && method.name().startsWith("park")),
        listed("src/test/guest/killed-in-calls.c"));
  }

  @Test
  void everyCallThatTakesAPathIsRaced() throws IOException {
    Set<String> resolving =
        kernel.reaching(
            method ->
                method.owner().endsWith("/file/FileSystem") && method.name().equals("resolve"));
    resolving.removeAll(NAMES_NOTHING);
    assertEquals(resolving, listed("src/test/sandbox/racing-paths.c"));
  }

  private static Set<String> listed(String program) throws IOException {
    return ROW.matcher(Files.readString(Path.of(program)))
        .results()
        .map(row -> row.group(1))
        .filter(name -> !name.equals("system_call"))
        .collect(toCollection(TreeSet::new));
  }
}
