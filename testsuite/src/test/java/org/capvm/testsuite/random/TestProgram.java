package org.capvm.testsuite.random;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
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
 * A random program and what the translator makes of it, which is made once however often the
 * program runs: discovery and translation take most of the time.
 */
final class TestProgram {
  private static final int CALLS_BEFORE_DIRECT = 2;

  private static final long WINDOW_SIZE = 2 << 20;

  private final Assembly assembly;
  private final Map<Variant, Translation> translations = new EnumMap<>(Variant.class);
  private Program discovered;
  private List<FunctionCode> loops;
  private byte[] interpreted;

  /** Classes of all functions, and the loader that knows them. */
  private record Translation(
      List<TranslatedClass> classes, Set<Long> exactCalls, TranslatedCode loader) {}

  TestProgram(Assembly assembly) {
    this.assembly = assembly;
  }

  static TestProgram of(RandomProgram program) {
    return new TestProgram(ProgramAssembler.assemble(program));
  }

  Assembly assembly() {
    return assembly;
  }

  /** What our interpreter makes of it. */
  byte[] interpreted() {
    if (interpreted == null) {
      interpreted = Engines.interpreter(this);
    }
    return interpreted;
  }

  /** What discovery finds in the program as an executable. */
  Program discovered() {
    if (discovered == null) {
      try {
        discovered = Discovery.discover(ElfImage.read(assembly.elf(), "random program"));
      } catch (ElfException e) {
        throw new AssertionError(e);
      }
    }
    return discovered;
  }

  /** The functions again, each as it is seen by who enters it at the head of a loop. */
  List<FunctionCode> loops() {
    if (loops == null) {
      loops = new ArrayList<>();
      for (FunctionCode function : discovered().functions()) {
        for (long head : Loops.heads(function)) {
          Discovery.at(this::halfWord, head, function.entry(), function.limit())
              .ifPresent(loops::add);
        }
      }
    }
    return loops;
  }

  private int halfWord(long address) {
    int at = (int) (address - Layout.TEXT);
    byte[] text = assembly.text();
    return at >= 0 && at + 1 < text.length ? text[at] & 0xff | (text[at + 1] & 0xff) << 8 : -1;
  }

  /** A window with the program in it. */
  Window load() {
    return load(false);
  }

  /**
   * A window with the program in it.
   *
   * @param tagged whether its memory has tags
   */
  Window load(boolean tagged) {
    Window window = new Window(WINDOW_SIZE, tagged);
    map(window, Layout.TEXT, assembly.text(), PageTable.READ | PageTable.EXECUTE);
    map(window, Layout.TABLES, assembly.tables(), PageTable.READ);
    map(window, Layout.BUFFER, assembly.data(), PageTable.READ | PageTable.WRITE);
    window
        .pages()
        .set(
            Layout.BUFFER,
            Layout.STACK_TOP - Layout.BUFFER,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    return window;
  }

  private static void map(Window window, long address, byte[] contents, int permissions) {
    window.write(address, MemorySegment.ofArray(contents));
    window.pages().set(address, contents.length, PageTable.MAPPED | permissions);
  }

  /** Publishes the translation of all functions. */
  void publish(CodeMap code, Variant variant) {
    Translation translation = translations.computeIfAbsent(variant, this::translate);
    code.addExactCalls(translation.exactCalls());
    for (TranslatedClass generated : translation.classes()) {
      for (int i = 0; i < generated.entries().size(); i++) {
        long entry = generated.entries().get(i);
        code.put(entry, translation.loader().function(code, entry, generated.name(), i));
      }
    }
  }

  private Translation translate(Variant variant) {
    FileTranslator translator =
        new FileTranslator(
            discovered().functions(),
            discovered().stubs(),
            0,
            variant,
            TranslatedCode.PACKAGE + ".random");
    List<TranslatedClass> classes =
        IntStream.range(0, translator.classes()).mapToObj(translator::translate).toList();
    Map<String, byte[]> files =
        classes.stream().collect(Collectors.toMap(TranslatedClass::name, TranslatedClass::bytes));
    return new Translation(
        classes,
        translator.exactCalls().keySet(),
        new TranslatedCode(files::get, CALLS_BEFORE_DIRECT));
  }

  /** Publishes translations of all heads of loops as resume points, and of nothing else. */
  void publishLoops(CodeMap code) {
    for (FunctionCode entered : loops()) {
      TranslatedClass made =
          ResumeTranslator.translate(
              entered,
              discovered().stubs(),
              Map.of(),
              0,
              Variant.FAST,
              TranslatedCode.PACKAGE + ".random.Loop" + entered.entry());
      TranslatedCode loader = new TranslatedCode(name -> made.bytes(), CALLS_BEFORE_DIRECT);
      for (int number = 0; number < made.entries().size(); number++) {
        code.resumePoints()
            .put(made.entries().get(number), loader.resumePoint(made.name(), number));
      }
    }
  }
}
