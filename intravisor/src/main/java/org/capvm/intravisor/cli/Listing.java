package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.listing.BytecodeListing;

/** Shows functions: guest instructions, and below each the bytecode made of it. */
final class Listing {
  private static final String PACKAGE = "guest.listing";

  private final PrintWriter out;
  private final FileTranslator translator;
  private final Map<Long, TranslatedClass> classes = new HashMap<>();

  Listing(Program program, PrintWriter out) {
    this.out = out;
    translator = new FileTranslator(program.functions(), program.stubs(), 0, PACKAGE);
  }

  void print(List<FunctionCode> functions) {
    int next = 0;
    for (FunctionCode f : functions) {
      while (!classes.containsKey(f.entry()) && next < translator.classes()) {
        // Classes come in the order of their functions; one that was passed is not needed again.
        classes.clear();
        TranslatedClass translated = translator.translate(next++);
        translated.entries().forEach(entry -> classes.put(entry, translated));
      }
      print(f, classes.get(f.entry()));
    }
  }

  private void print(FunctionCode f, TranslatedClass translated) {
    out.printf("%n%x %s:%n", f.entry(), f.name().orElse("(no name)"));
    String method = "f_" + Long.toHexString(f.entry());
    Map<Integer, List<String>> bytecode =
        translated == null
            ? Map.of()
            : BytecodeListing.of(
                translated.bytes(), n -> n.equals(method) || n.startsWith(method + "_"));
    printBytecode(bytecode.getOrDefault(0, List.of()));
    for (BasicBlock block : f.blocks()) {
      for (int i = 0; i < block.size(); i++) {
        long address = block.address(i);
        Instruction instruction = block.instruction(i);
        out.printf("%8x:  %s%n", address, Disassembler.text(instruction, address));
        // The line number of an instruction is its half-word in the function, counted from 1.
        printBytecode(bytecode.getOrDefault((int) (address - f.entry() >> 1) + 1, List.of()));
      }
    }
  }

  private void printBytecode(List<String> bytecode) {
    for (String operation : bytecode) {
      out.printf("%40s%s%n", "", operation);
    }
  }
}
