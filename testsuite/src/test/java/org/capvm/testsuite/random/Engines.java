package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.process.Command;

/** The ways to run a random program; each returns what it wrote. */
final class Engines {
  private static final long WINDOW_SIZE = 2 << 20;

  private Engines() {}

  /** Our interpreter. */
  static byte[] interpreter(Assembly program) {
    try (Window window = load(program)) {
      ProgramKernel kernel = new ProgramKernel();
      Hart hart = new CodeMap(window).newHart(window, kernel);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      return kernel.output();
    }
  }

  /** User-mode qemu. */
  static byte[] qemu(Assembly program) throws InterruptedException {
    try {
      Path file = Files.createTempFile("random", ".elf");
      try {
        Files.write(file, program.elf());
        if (!file.toFile().setExecutable(true)) {
          throw new IOException(file + " cannot be made executable");
        }
        return new Command(List.of("qemu-riscv64", file.toString())).succeed().output();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A window with the program in it. */
  static Window load(Assembly program) {
    Window window = new Window(WINDOW_SIZE);
    map(window, Layout.TEXT, program.text(), PageTable.READ | PageTable.EXECUTE);
    map(window, Layout.TABLES, program.tables(), PageTable.READ);
    map(window, Layout.BUFFER, program.data(), PageTable.READ | PageTable.WRITE);
    window
        .pages()
        .set(
            Layout.BUFFER,
            Layout.STACK_TOP - Layout.BUFFER,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    return window;
  }

  private static void map(Window window, long address, byte[] contents, int permissions) {
    window.segment(address, contents.length).copyFrom(MemorySegment.ofArray(contents));
    window.pages().set(address, contents.length, PageTable.MAPPED | permissions);
  }
}
