package org.capvm.translator.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.ProgramAnalysis;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.PltStub;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/** Translates the functions of one file, loaded at one address, to JVM classes. */
public final class FileTranslator {
  /**
   * Guest instructions in a class. Classes are loaded and verified when their first function is
   * called, so small ones start faster; far below the 65,535 constants a class may have.
   */
  private static final int INSTRUCTIONS_PER_CLASS = 2_500;

  private final FileContext file;
  private final String packageName;
  private final List<List<FunctionSummary>> groups = new ArrayList<>();

  /** As the other constructor, for {@link Variant#FAST}. */
  public FileTranslator(
      List<FunctionCode> functions, List<PltStub> stubs, long bias, String packageName) {
    this(functions, stubs, bias, Variant.FAST, packageName);
  }

  /** For one function by itself, of whose callers nothing is known; otherwise as below. */
  public static FileTranslator ofFunction(
      FunctionCode function, List<PltStub> stubs, long bias, Variant variant, String packageName) {
    ProgramAnalysis alone = new ProgramAnalysis(function, Map.of());
    return new FileTranslator(alone, stubs, bias, variant, packageName);
  }

  /**
   * Analyses the functions.
   *
   * @param functions of the file, sorted by entry
   * @param stubs its procedure linkage table
   * @param bias load address minus link-time address
   * @param packageName of the classes, with dots, unique to the file, its address and the variant
   */
  public FileTranslator(
      List<FunctionCode> functions,
      List<PltStub> stubs,
      long bias,
      Variant variant,
      String packageName) {
    this(new ProgramAnalysis(functions), stubs, bias, variant, packageName);
  }

  private FileTranslator(
      ProgramAnalysis program,
      List<PltStub> stubs,
      long bias,
      Variant variant,
      String packageName) {
    this.file = new FileContext(program, stubs, bias, variant);
    this.packageName = packageName;
    List<FunctionSummary> group = new ArrayList<>();
    int size = 0;
    for (FunctionSummary f : file.program.summaries()) {
      int instructions = f.graph().function().instructionCount();
      if (size > 0 && size + instructions > INSTRUCTIONS_PER_CLASS) {
        groups.add(group);
        group = new ArrayList<>();
        size = 0;
      }
      group.add(f);
      size += instructions;
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    for (int g = 0; g < groups.size(); g++) {
      for (FunctionSummary f : groups.get(g)) {
        file.place(f, internalName(g));
      }
    }
  }

  private String internalName(int g) {
    return packageName.replace('.', '/') + "/Code" + g;
  }

  /**
   * The exact calls of the functions: the guest addresses behind them, and the registers that are
   * read there, bit n for x{@code n}, bit 32 + n for f{@code n}. The precise variant has none.
   */
  public SortedMap<Long, Long> exactCalls() {
    TreeMap<Long, Long> calls = new TreeMap<>();
    if (!file.isPrecise()) {
      for (FunctionSummary f : file.program.summaries()) {
        f.exactCalls().forEach((address, read) -> calls.put(address + file.bias, read));
      }
    }
    return calls;
  }

  /** The number of classes the file becomes. */
  public int classes() {
    return groups.size();
  }

  /** Generates a class. Different classes may be generated at the same time. */
  public TranslatedClass translate(int number) {
    List<FunctionSummary> group = groups.get(number);
    String name = internalName(number);
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        name,
        null,
        Names.FUNCTION,
        null);
    AdapterEmitter adapters = new AdapterEmitter(cw, name, file.isPrecise());
    adapters.emitClassBody(group.size());
    List<Long> entries = new ArrayList<>();
    for (int k = 0; k < group.size(); k++) {
      FunctionSummary f = group.get(k);
      new FunctionEmitter(file, f, cw).emit();
      adapters.emitAdapter(k, f, file.method(f));
      new DirectAdapterEmitter(cw, k, f, file).emit(k);
      entries.add(f.graph().function().entry() + file.bias);
    }
    cw.visitEnd();
    return TranslatedClass.of(file, name.replace('/', '.'), cw.toByteArray(), entries);
  }
}
