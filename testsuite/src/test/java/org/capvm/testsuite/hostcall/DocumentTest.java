package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HOSTCALLS.md has each hostcall by number and name, and no other. */
class DocumentTest {
  private static final Path DOCUMENT = Path.of("../intravisor/HOSTCALLS.md");

  @TempDir private Path folder;

  @Test
  void hasAllHostcalls() throws Exception {
    Map<Integer, String> table = new TreeMap<>();
    try (IpcNamespace names = new IpcNamespace();
        HostcallExecutor cvm =
            new HostcallExecutor(
                Form.PLAIN.build(folder), new InterpreterEngine(null), names, "cvm")) {
      for (Hostcall call : cvm.hostcalls().all()) {
        table.put(call.number(), call.name());
      }
    }
    assertEquals(table, documented());
  }

  private static Map<Integer, String> documented() throws IOException {
    Map<Integer, String> rows = new TreeMap<>();
    try (Stream<String> lines = Files.lines(DOCUMENT)) {
      for (String line : lines.filter(l -> l.matches("\\| [0-9, ]+ \\|.*")).toList()) {
        String[] columns = line.split("\\|", 4);
        String[] numbers = columns[1].strip().split(", ");
        String[] names = columns[2].strip().replace("`", "").split(", ");
        assertEquals(numbers.length, names.length, line);
        for (int i = 0; i < numbers.length; i++) {
          rows.put(Integer.valueOf(numbers[i]), names[i]);
        }
      }
    }
    return rows;
  }
}
