package org.capvm.testsuite.check;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.IntStream;
import org.capvm.testsuite.roots.DebianRoot;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.Variant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every class of real programs passes the checker. */
class RealProgramCheckTest {
  @ParameterizedTest
  @CsvSource({
    "/usr/lib/riscv64-linux-gnu/libc.so.6, FAST",
    "/usr/bin/python3.13, FAST",
    "/usr/lib/riscv64-linux-gnu/libc.so.6, PRECISE"
  })
  void passes(String file, Variant variant) throws IOException, ElfException {
    byte[] content = Files.readAllBytes(DebianRoot.file(file));
    Program program = Discovery.discover(ElfImage.read(content, file));
    FileTranslator translator =
        new FileTranslator(program.functions(), program.stubs(), 0x10000, variant, "guest.checked");
    // Surefire sets it; every class is then checked as it is made.
    assertNotNull(System.getenv("CAPVM_CHECK"));
    IntStream.range(0, translator.classes()).parallel().forEach(translator::translate);
  }
}
