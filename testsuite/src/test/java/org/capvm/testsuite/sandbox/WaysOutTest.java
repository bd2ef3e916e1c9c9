package org.capvm.testsuite.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ways out of a root and its volumes that need no race: pseudo files, device nodes, hard links,
 * volumes in each other, passed descriptors; and names as odd as the host allows.
 */
@Tag("slow")
class WaysOutTest {
  @TempDir private Path folder;

  @Test
  void nothingOutsideIsReached() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    for (String name : List.of("v", "r", "proc", "dev", "sys", "tmp")) {
      Files.createDirectory(root.resolve(name));
    }
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                root.resolve("program").toString(),
                "src/test/sandbox/ways-out.c"))
        .succeed();
    Path writable = volume("writable", "r");
    Path readOnly = volume("read-only", "w");
    Path inner = volume("inner-read-only", "x");
    Path innerWritable = volume("inner-writable", "x");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("only-outside"), "OUTSIDE the root\n");
    // Only a privileged user makes devices; without one, the program leaves that part out.
    List<String> device = List.of("mknod", writable.resolve("zero").toString(), "c", "1", "5");
    if (new Command(device).run().status() != 0) {
      System.out.println("devices of volumes: not tried, mknod is not allowed");
    }

    Outcome outcome =
        Capvm.run(
                Engine.TRANSLATED,
                List.of(
                    "--root", root.toString(),
                    "--volume", writable + ":/v:rw",
                    "--volume", inner + ":/v/r",
                    "--volume", readOnly + ":/r",
                    "--volume", innerWritable + ":/r/w:rw"),
                List.of("/program", new StringBuilder(outside.toString()).reverse().toString()))
            .run();

    assertEquals("tried: all\n", outcome.outputText(), outcome.errorText());
    assertEquals("OUTSIDE the root\n", Files.readString(outside.resolve("only-outside")));
    assertEquals(Set.of("only-outside"), names(outside));
    assertEquals(Set.of("file", "w"), names(readOnly));
    assertEquals(Set.of("file", "x"), names(inner));
    assertEquals(Set.of("file", "new", "x"), names(innerWritable));
    assertEquals(Set.of("dev", "proc", "program", "r", "sys", "tmp", "v"), names(root));
  }

  private Path volume(String name, String inside) throws Exception {
    Path volume = Files.createDirectory(folder.resolve(name));
    Files.createDirectory(volume.resolve(inside));
    Files.writeString(volume.resolve("file"), "inside\n");
    return volume;
  }

  private static Set<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    }
  }
}
