package org.capvm.testsuite.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program of our own with musl, which comes without unwind tables, against qemu. */
@Tag("slow")
class MuslTest {
  private static final String LINKER = "/lib/ld-musl-riscv64.so.1";
  private static final String SOURCE = "src/test/programs/musl.c";
  private static final Path FOLDER = Path.of("target/musl").toAbsolutePath();

  @ParameterizedTest
  @EnumSource
  void linkedStatically(Engine engine) throws IOException, InterruptedException {
    check(engine, build("static", "crt1.o", List.of("-static"), List.of(library("libc.a"))));
  }

  @ParameterizedTest
  @EnumSource
  void linkedDynamically(Engine engine) throws IOException, InterruptedException {
    List<String> options = List.of("-fPIE", "-pie", "-Wl,-dynamic-linker," + LINKER);
    library("libc.so");
    check(engine, build("dynamic", "Scrt1.o", options, List.of("-L" + FOLDER, "-lc")));
  }

  /** Compiles with the machine's compiler, musl's headers and the given start and libraries. */
  private static Path build(String name, String start, List<String> options, List<String> libraries)
      throws IOException, InterruptedException {
    Path program = FOLDER.resolve(name);
    String headers =
        new Command(List.of("riscv64-linux-gnu-gcc", "-print-file-name=include"))
            .succeed()
            .outputText()
            .strip();
    List<String> words = new ArrayList<>(List.of("riscv64-linux-gnu-gcc", "-O2", "-nostdlib"));
    words.addAll(
        List.of("-nostdinc", "-isystem", DebianRoot.path() + "/usr/include/riscv64-linux-musl"));
    words.addAll(List.of("-isystem", headers));
    words.addAll(options);
    words.addAll(List.of("-o", program.toString(), library(start), SOURCE));
    words.addAll(libraries);
    words.add("-lgcc");
    words.addAll(libraries);
    new Command(words).succeed();
    return program;
  }

  /** A file of musl's that older linkers take: what they do not know is left out. */
  private static String library(String name) throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    Path stripped = FOLDER.resolve(name);
    Path original = DebianRoot.file("/usr/lib/riscv64-linux-musl/" + name);
    new Command(
            List.of(
                "riscv64-linux-gnu-objcopy",
                "--strip-debug",
                "--remove-section=.riscv.attributes",
                original.toString(),
                stripped.toString()))
        .succeed();
    return stripped.toString();
  }

  private static void check(Engine engine, Path program) throws IOException, InterruptedException {
    List<String> arguments = List.of("one", "two");
    List<String> reference = new ArrayList<>(List.of("qemu-riscv64", "-L"));
    reference.addAll(List.of(DebianRoot.path().toString(), program.toString()));
    reference.addAll(arguments);
    Outcome expected = new Command(reference).run();
    assertEquals(42, expected.status(), expected::errorText);
    try (WorkFolder work = WorkFolder.empty()) {
      Files.copy(program, work.path().resolve("program"));
      Outcome actual = ProgramsTest.cvm(engine, work, "/work/program", arguments).run();
      assertEquals(expected.outputText(), actual.outputText(), actual::errorText);
      assertEquals(expected.status(), actual.status(), actual::errorText);
    }
  }
}
