package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Origin;
import org.capvm.translator.discover.Program;
import org.capvm.translator.discover.Terminator;
import org.capvm.translator.elf.AddressRange;

/** Shows what was found in the code of an ELF file. */
final class CodeReport {
  private final Program program;
  private final PrintWriter out;

  private int jumpTables;
  private int jumpTableTargets;
  private int computedGotos;
  private final List<String> unresolved = new ArrayList<>();

  private CodeReport(Program program, PrintWriter out) {
    this.program = program;
    this.out = out;
  }

  static void print(Program program, PrintWriter out) {
    new CodeReport(program, out).print();
  }

  private void print() {
    Map<Origin, Integer> origins = new EnumMap<>(Origin.class);
    int instructions = 0;
    for (FunctionCode f : program.functions()) {
      origins.merge(f.origin(), 1, Integer::sum);
      instructions += f.instructionCount();
      for (BasicBlock block : f.blocks()) {
        count(f, block);
      }
    }
    out.printf(
        "%ncode%n  %,d functions, %,d instructions%n", program.functions().size(), instructions);
    origins.forEach((origin, n) -> out.printf("    %,8d found by %s%n", n, words(origin)));
    out.printf("  %,d stubs of the procedure linkage table%n", program.stubs().size());
    out.printf("  %,d jumps through a register%n", jumpTables + computedGotos + unresolved.size());
    out.printf("    %,8d jump tables with %,d targets%n", jumpTables, jumpTableTargets);
    out.printf("    %,8d computed gotos%n", computedGotos);
    out.printf("    %,8d others, listed below%n", unresolved.size());
    printFallbacks();
    out.printf("%nfunctions%n");
    for (FunctionCode f : program.functions()) {
      out.printf(
          "  %#14x  %,7d instructions  %s%s%n",
          f.entry(),
          f.instructionCount(),
          words(f.origin()),
          f.name().map(n -> "  " + n).orElse(""));
    }
  }

  private void count(FunctionCode f, BasicBlock block) {
    switch (block.end()) {
      case Terminator.JumpTable table -> {
        jumpTables++;
        jumpTableTargets += table.targets().size();
      }
      case Terminator.ComputedGoto jump -> computedGotos++;
      case Terminator.JumpIndirect jump ->
          unresolved.add(
              String.format(
                  "%#14x  in %s",
                  block.address(block.size() - 1),
                  f.name().orElse(String.format("%#x", f.entry()))));
      default -> {}
    }
  }

  private void printFallbacks() {
    out.printf("%nleft to the interpreter, or translated on demand%n");
    if (program.uncovered().isEmpty()) {
      out.printf("  nothing%n");
    }
    for (AddressRange range : program.uncovered()) {
      out.printf(
          "  %#14x  %,d bytes that no function was found to reach%n", range.start(), range.size());
    }
    out.printf("%nother jumps through a register, tail calls unless they stay in their function%n");
    if (unresolved.isEmpty()) {
      out.printf("  none%n");
    }
    for (String line : unresolved) {
      out.printf("  %s%n", line);
    }
  }

  private static String words(Origin origin) {
    return origin.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
