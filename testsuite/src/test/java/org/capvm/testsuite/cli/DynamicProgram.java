package org.capvm.testsuite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** A program that needs glibc's dynamic linker. */
final class DynamicProgram {
  private DynamicProgram() {}

  static Path build(Path folder) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("dynamic.c"), "int main(void) { return 0; }\n");
    Path program = folder.resolve("dynamic");
    new Command(List.of("riscv64-linux-gnu-gcc", "-o", program.toString(), source.toString()))
        .succeed();
    return program;
  }
}
