package org.capvm.testsuite.golden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.listing.BytecodeListing;

/**
 * The translation of a program as text that changes only where the bytecode does: addresses are
 * shown as functions and offsets.
 */
final class BytecodeText {
  private static final String PACKAGE = "guest.golden";
  private static final int SHOWN_AT_EACH_END = 40;

  private static final Pattern METHOD = Pattern.compile("\\b[fpgt]_[0-9a-f]{8}");
  private static final Pattern ADDRESS =
      Pattern.compile("(?<=[0-9a-fgpt])_([0-9a-f]{8})(?![0-9a-f])");
  private static final Pattern OWNER = Pattern.compile("(org/capvm/runtime/\\w+|java/lang)/");
  private static final Pattern CLASS = Pattern.compile("guest/golden/Code\\d+");
  private static final Pattern CONSTANT = Pattern.compile("^LDC (-?)(\\d+)L?$");
  private static final Pattern LABEL = Pattern.compile("L\\d+");
  private static final Pattern LABEL_IN_WORDS = Pattern.compile("\\bL\\d+\\b");

  /** What leaves nothing on the JVM stack. */
  private static final Pattern EFFECT =
      Pattern.compile(
          "^([ADFIL]STORE|PUTFIELD|INVOKE\\w+ .*\\)V$|IF|GOTO|\\w*RETURN|ATHROW|IINC|POP|NOP"
              + "|TABLESWITCH|LOOKUPSWITCH)");

  private static final Pattern LINE = Pattern.compile("^LINENUMBER (\\d+) L\\d+$");

  private final Program program;
  private final boolean wholeClass;
  private final boolean onlyEnds;
  private final Map<Long, String> instructions = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private BytecodeText(GoldenFile file, Program program) {
    this.program = program;
    this.wholeClass = file.showsWholeClass();
    this.onlyEnds = file.showsOnlyEnds();
    for (FunctionCode f : program.functions()) {
      for (BasicBlock block : f.blocks()) {
        for (int k = 0; k < block.size(); k++) {
          instructions.put(
              block.address(k), Disassembler.text(block.instruction(k), block.address(k)));
        }
      }
    }
  }

  static String of(GoldenFile file, Program program) {
    BytecodeText all = new BytecodeText(file, program);
    for (TranslatedClass c : classes(file, program)) {
      all.add(c.bytes());
    }
    return all.text.toString();
  }

  /** The classes that a program becomes. */
  static List<TranslatedClass> classes(GoldenFile file, Program program) {
    FileTranslator translator =
        new FileTranslator(program.functions(), program.stubs(), 0, file.variant(), PACKAGE);
    List<TranslatedClass> classes = new ArrayList<>();
    for (int n = 0; n < translator.classes(); n++) {
      classes.add(translator.translate(n));
    }
    return classes;
  }

  private void add(byte[] classFile) {
    Predicate<String> shown = name -> wholeClass || METHOD.matcher(name).find();
    BytecodeListing.inOrder(classFile, shown).forEach(this::addMethod);
  }

  private void addMethod(String nameAndDescriptor, List<String> body) {
    text.append(readable(nameAndDescriptor)).append('\n');
    long base =
        ADDRESS
            .matcher(nameAndDescriptor)
            .results()
            .mapToLong(r -> Long.parseLong(r.group(1), 16))
            .reduce(0, (first, last) -> last);
    List<String> lines = lines(body, base);
    int left = lines.size() - 2 * SHOWN_AT_EACH_END;
    if (onlyEnds && left > 0) {
      lines.subList(0, SHOWN_AT_EACH_END).forEach(text::append);
      text.append("        ...\n");
      lines.subList(SHOWN_AT_EACH_END + left, lines.size()).forEach(text::append);
    } else {
      lines.forEach(text::append);
    }
    text.append('\n');
  }

  /** One line for each label, each guest instruction, and all that ends with one effect. */
  private List<String> lines(List<String> body, long base) {
    Set<String> targets = targets(body);
    List<String> lines = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String words : body) {
      Matcher line = LINE.matcher(words);
      if (LABEL.matcher(words).matches()) {
        if (targets.contains(words)) {
          if (!statement.isEmpty()) {
            lines.add(statement.append('\n').toString());
            statement.setLength(0);
          }
          lines.add("    " + words + ":\n");
        }
      } else if (line.matches()) {
        long address = base + 2L * (Integer.parseInt(line.group(1)) - 1);
        String instruction = instructions.getOrDefault(address, "(no instruction)");
        lines.add("    ; " + instruction + "\n");
      } else {
        statement.append(statement.isEmpty() ? "        " : "; ");
        statement.append(readable(words).replaceAll("\\R\\s*", "\n            "));
        if (EFFECT.matcher(words).find()) {
          lines.add(statement.append('\n').toString());
          statement.setLength(0);
        }
      }
    }
    return lines;
  }

  /** Labels that something goes to; the others only mark the instructions of the guest. */
  private static Set<String> targets(List<String> body) {
    Set<String> targets = new HashSet<>();
    for (String words : body) {
      if (!LABEL.matcher(words).matches() && !LINE.matcher(words).matches()) {
        LABEL_IN_WORDS.matcher(words).results().forEach(r -> targets.add(r.group()));
      }
    }
    return targets;
  }

  private String readable(String words) {
    String shorter = OWNER.matcher(words).replaceAll("");
    shorter = CLASS.matcher(shorter).replaceAll("Code");
    shorter = ADDRESS.matcher(shorter).replaceAll(this::methodName);
    return CONSTANT.matcher(shorter).replaceAll(this::constant);
  }

  private String methodName(MatchResult address) {
    return "_" + GuestAssembly.symbol(program, Long.parseLong(address.group(1), 16));
  }

  private String constant(MatchResult constant) {
    String symbol = GuestAssembly.symbol(program, Long.parseLong(constant.group(2)));
    return symbol == null ? constant.group() : "LDC " + constant.group(1) + symbol;
  }
}
