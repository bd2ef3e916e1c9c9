package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.process.Command;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;

/** The ways to run a random program; each returns what it wrote. */
final class Engines {
  /** Random programs are short: functions get classes of their own at once. */
  private static final int CALLS_BEFORE_DIRECT = 2;

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

  /** Translated code, and the interpreter for what was not found. */
  static byte[] translated(Assembly program) {
    return translated(program, Variant.FAST);
  }

  /** Code translated so that its faults are precise. */
  static byte[] precise(Assembly program) {
    return translated(program, Variant.PRECISE);
  }

  private static byte[] translated(Assembly program, Variant variant) {
    try (Window window = load(program)) {
      ProgramKernel kernel = new ProgramKernel();
      CodeMap code = new CodeMap(window);
      translate(program, code, variant);
      Hart hart = code.newHart(window, kernel);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      return kernel.output();
    }
  }

  /**
   * Translated code that is left at random polls: the register file goes to the hart, and execution
   * goes on in the interpreter until it reaches translated code again.
   */
  static byte[] interrupted(Assembly program) {
    try (Window window = load(program)) {
      ProgramKernel kernel = new ProgramKernel();
      CodeMap code = new CodeMap(window);
      translate(program, code, Variant.FAST);
      Hart hart = code.newHart(window, kernel);
      hart.pc = Layout.TEXT;
      try (Interrupter interrupter = new Interrupter(hart)) {
        interrupter.start();
        Dispatcher.run(hart);
      }
      return kernel.output();
    }
  }

  /** Our interpreter, with a {@link FaultingKernel}. */
  static byte[] faultingInterpreter(Assembly program) {
    return faulting(program, false);
  }

  /** Precise translated code, with a {@link FaultingKernel}. */
  static byte[] faultingTranslated(Assembly program) {
    return faulting(program, true);
  }

  private static byte[] faulting(Assembly program, boolean translated) {
    try (Window window = load(program)) {
      FaultingKernel kernel = new FaultingKernel(window);
      CodeMap code = new CodeMap(window);
      if (translated) {
        translate(program, code, Variant.PRECISE);
      }
      Hart hart = code.newHart(window, kernel);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      return kernel.output();
    }
  }

  /** Translates what discovery finds in the program as an executable, and publishes it. */
  static void translate(Assembly program, CodeMap code, Variant variant) {
    Program found;
    try {
      found = Discovery.discover(ElfImage.read(program.elf(), "random program"));
    } catch (ElfException e) {
      throw new AssertionError(e);
    }
    FileTranslator translator =
        new FileTranslator(
            found.functions(), found.stubs(), 0, variant, TranslatedCode.PACKAGE + ".random");
    List<TranslatedClass> classes =
        IntStream.range(0, translator.classes()).mapToObj(translator::translate).toList();
    Map<String, byte[]> files =
        classes.stream().collect(Collectors.toMap(TranslatedClass::name, TranslatedClass::bytes));
    TranslatedCode loader = new TranslatedCode(files::get, CALLS_BEFORE_DIRECT);
    for (TranslatedClass generated : classes) {
      for (int i = 0; i < generated.entries().size(); i++) {
        long entry = generated.entries().get(i);
        code.put(entry, loader.function(code, entry, generated.name(), i));
      }
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
