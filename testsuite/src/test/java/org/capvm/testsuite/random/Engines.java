package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.ResumeTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;

/**
 * The ways to run a random program; each returns what it wrote, and what its kernel saw at its
 * checkpoints.
 */
final class Engines {
  private static final int CALLS_BEFORE_DIRECT = 2;

  private static final long WINDOW_SIZE = 2 << 20;

  private Engines() {}

  /** What happens to a hart between its making and its end. */
  private interface Setting {
    void prepare(CodeMap code, Hart hart);
  }

  private static byte[] run(Assembly program, Function<Window, ProgramKernel> kernels, Setting s) {
    try (Window window = load(program)) {
      ProgramKernel kernel = kernels.apply(window);
      CodeMap code = new CodeMap(window);
      Hart hart = code.newHart(window, kernel);
      s.prepare(code, hart);
      hart.pc = Layout.TEXT;
      Dispatcher.run(hart);
      return kernel.outputAndCheckpoints();
    }
  }

  private static byte[] run(Assembly program, Setting setting) {
    return run(program, window -> new ProgramKernel(), setting);
  }

  /** Our interpreter. */
  static byte[] interpreter(Assembly program) {
    return run(program, (code, hart) -> {});
  }

  /** Translated code, and the interpreter for what was not found. */
  static byte[] translated(Assembly program) {
    return run(program, (code, hart) -> translate(program, code, Variant.FAST));
  }

  /** Code translated so that its faults are precise. */
  static byte[] precise(Assembly program) {
    return run(program, (code, hart) -> translate(program, code, Variant.PRECISE));
  }

  /**
   * The interpreter, which enters translated code at the heads of loops, as it does after frames
   * were dropped.
   */
  static byte[] resumed(Assembly program) {
    return run(program, (code, hart) -> translateLoops(program, code));
  }

  /**
   * Translated code that is left at random polls: the register file goes to the hart, and execution
   * goes on in the interpreter until it reaches translated code again.
   */
  static byte[] interrupted(Assembly program) {
    Interrupter[] interrupter = new Interrupter[1];
    try {
      return run(
          program,
          (code, hart) -> {
            translate(program, code, Variant.FAST);
            interrupter[0] = new Interrupter(hart);
            interrupter[0].start();
          });
    } finally {
      interrupter[0].close();
    }
  }

  /** Our interpreter, with a {@link FaultingKernel}. */
  static byte[] faultingInterpreter(Assembly program) {
    return run(program, FaultingKernel::new, (code, hart) -> {});
  }

  /** Precise translated code, with a {@link FaultingKernel}. */
  static byte[] faultingTranslated(Assembly program) {
    return run(
        program, FaultingKernel::new, (code, hart) -> translate(program, code, Variant.PRECISE));
  }

  /** What discovery finds in the program as an executable. */
  static Program discover(Assembly program) {
    try {
      return Discovery.discover(ElfImage.read(program.elf(), "random program"));
    } catch (ElfException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes every head of a loop a resume point. */
  private static void translateLoops(Assembly program, CodeMap code) {
    Program found = discover(program);
    for (FunctionCode function : found.functions()) {
      for (long head : Loops.heads(function)) {
        if (code.resumePoints().at(head) != null) {
          continue;
        }
        Optional<FunctionCode> entered =
            Discovery.at(
                address -> halfWord(program, address), head, function.entry(), function.limit());
        if (entered.isEmpty()) {
          continue;
        }
        TranslatedClass made =
            ResumeTranslator.translate(
                entered.get(),
                found.stubs(),
                0,
                Variant.FAST,
                TranslatedCode.PACKAGE + ".random.Loop" + head);
        TranslatedCode loader = new TranslatedCode(name -> made.bytes(), CALLS_BEFORE_DIRECT);
        for (int number = 0; number < made.entries().size(); number++) {
          code.resumePoints()
              .put(made.entries().get(number), loader.resumePoint(made.name(), number));
        }
      }
    }
  }

  private static int halfWord(Assembly program, long address) {
    int at = (int) (address - Layout.TEXT);
    byte[] text = program.text();
    return at >= 0 && at + 1 < text.length ? text[at] & 0xff | (text[at + 1] & 0xff) << 8 : -1;
  }

  /** Translates what discovery finds in the program as an executable, and publishes it. */
  static void translate(Assembly program, CodeMap code, Variant variant) {
    Program found = discover(program);
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
