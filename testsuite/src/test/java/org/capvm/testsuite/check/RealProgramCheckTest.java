package org.capvm.testsuite.check;

import java.io.IOException;
import java.nio.file.Files;
import org.capvm.testsuite.roots.DebianRoot;
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.Variant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every class of a real program passes the checker. */
class RealProgramCheckTest {
  @ParameterizedTest
  @CsvSource({"/usr/bin/lua5.4, FAST", "/usr/bin/lua5.4, PRECISE"})
  void passes(String file, Variant variant)
      throws IOException, ElfException, RejectedClassException {
    byte[] content = Files.readAllBytes(DebianRoot.file(file));
    Program program = Discovery.discover(ElfImage.read(content, file));
    FileTranslator translator =
        new FileTranslator(program.functions(), program.stubs(), 0x10000, variant, "guest.checked");
    for (int i = 0; i < translator.classes(); i++) {
      ClassChecker.check(translator.translate(i).bytes());
    }
  }
}
