package org.capvm.testsuite.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong, cvm says it in one line that names the thing, and leaves nothing behind. */
class BadInputTest {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int RUN_FAILED = 125;
  private static final int NOT_RUNNABLE = 126;
  private static final int NOT_FOUND = 127;

  @TempDir Path folder;
  private Cvm cvm;
  private byte[] hello;

  @BeforeEach
  void prepare() throws IOException {
    cvm = new Cvm(folder.resolve("cache"));
    hello = Files.readAllBytes(Cvm.HELLO);
  }

  private Path file(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    file.toFile().setExecutable(true);
    return file;
  }

  /** The program with one byte of its ELF header changed. */
  private Path patched(String name, int offset, int value) throws IOException {
    byte[] content = hello.clone();
    content[offset] = (byte) value;
    return file(name, content);
  }

  /** All three commands that read programs refuse a file for the same reason. */
  private void isRefused(Path file, String reason) throws InterruptedException {
    String message = file + ": " + reason;
    cvm.fails(NOT_RUNNABLE, message, "run", file);
    cvm.fails(FAILED, message, "inspect", file);
    Path image = folder.resolve("image");
    cvm.fails(FAILED, message, "translate", file, "-o", image);
    assertFalse(Files.exists(image));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100})
  void truncatedFiles(int length) throws Exception {
    isRefused(file("short", Arrays.copyOf(hello, length)), "truncated or damaged");
  }

  @Test
  void otherMachines() throws Exception {
    isRefused(patched("x86", 18, 62), "made for x86-64, not for RISC-V");
    isRefused(patched("rv32", 4, 1), "a 32-bit RISC-V file");
  }

  @Test
  void bigEndianFiles() throws Exception {
    byte[] content = hello.clone();
    content[5] = 2;
    content[19] = content[18];
    content[18] = 0;
    isRefused(file("big", content), "a big-endian RISC-V file");
  }

  @Test
  void whatIsNoProgram() throws Exception {
    isRefused(file("zeroes", new byte[4096]), "not an ELF file");
    isRefused(file("empty", new byte[0]), "the file is empty");
    isRefused(file("text", "hello\n".getBytes(UTF_8)), "not an ELF file");
    isRefused(folder, "is a directory");
  }

  @Test
  void missingFiles() throws Exception {
    Path missing = folder.resolve("missing");
    cvm.fails(NOT_FOUND, missing + ": no such file", "run", missing);
    cvm.fails(FAILED, missing + ": no such file", "inspect", missing);
    cvm.fails(FAILED, missing + ": no such file", "disasm", missing);
    cvm.fails(RUN_FAILED, missing.toString(), "run", "--root", missing, "/bin/true");
    cvm.fails(NOT_FOUND, "/bin/true: no such file", "run", "--root", folder, "/bin/true");
    cvm.fails(RUN_FAILED, missing.toString(), "run", "--volume", missing + ":/v", Cvm.HELLO);
    cvm.fails(
        RUN_FAILED, "/missing", "run", "--root", folder, "--workdir", "/missing", "/bin/true");
  }

  @Test
  void missingDynamicLinker() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path program = root.resolve("program");
    Files.copy(DynamicProgram.build(folder), program);
    program.toFile().setExecutable(true);
    cvm.fails(
        NOT_RUNNABLE,
        "/program: needs the dynamic linker /lib/ld-linux-riscv64-lp64d.so.1",
        "run",
        "--root",
        root,
        "/program");
  }

  @Test
  void tooLittleMemory() throws Exception {
    cvm.fails(RUN_FAILED, "memory", "run", "--memory", "4K", Cvm.HELLO);
    cvm.fails(RUN_FAILED, "memory", "run", "--memory", "1000001", Cvm.HELLO);
  }

  @Test
  void targetsThatCannotBeWritten() throws Exception {
    Path image = folder.resolve("missing/image");
    cvm.fails(FAILED, image.toString(), "translate", Cvm.HELLO, "-o", image);
    cvm.fails(FAILED, folder.toString(), "translate", Cvm.HELLO, "-o", folder);
    cvm.fails(FAILED, "/: is a directory", "translate", Cvm.HELLO, "-o", "/");
  }

  @Test
  void zipFilesThatAreNoImages() throws Exception {
    Path zip = file("image", new byte[] {'P', 'K', 3, 4, 0, 0});
    cvm.fails(NOT_RUNNABLE, zip.toString(), "run", zip);
  }

  @Test
  void functionsThatDoNotExist() throws Exception {
    cvm.fails(FAILED, "'nothing'", "disasm", "--function", "nothing", Cvm.HELLO);
  }

  @Test
  void usageIsExplained() throws Exception {
    for (String[] words :
        new String[][] {{"nonsense"}, {"inspect"}, {"cache", "nonsense"}, {"translate", "x"}}) {
      var outcome = cvm.command((Object[]) words).run();
      assertEquals(USAGE, outcome.status(), outcome.errorText());
      assertEquals(2, outcome.errorText().lines().count(), outcome.errorText());
    }
    var outcome = cvm.command("run", "--memory", "much", Cvm.HELLO).run();
    assertEquals(RUN_FAILED, outcome.status());
  }
}
