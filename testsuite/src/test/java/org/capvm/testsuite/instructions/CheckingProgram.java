package org.capvm.testsuite.instructions;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A program in assembly that checks an instruction on every recorded case, and ends with status 0
 * or the number of the check that failed. {@code src/test/isa/check.S} has its macros.
 *
 * @param name of the program: the instruction, or the group of instructions whose traps it checks
 * @param catchesTraps whether it handles signals. Separate programs do, because Capvm translates a
 *     program that handles SIGSEGV in another way.
 * @param checks what it runs, with the cases that it checks
 */
record CheckingProgram(String name, boolean catchesTraps, List<Recording> checks) {
  /** What stands around the instruction that a recording is about. */
  private static final Set<String> HELPERS =
      Set.of(
          "nop", "li", "mv", "j", "addi", "auipc", "c.nop", "c.li", "c.mv", "c.j", "c.addi", "1:",
          "2:");

  /** CLZ, which RV64GC lacks and other machines have. */
  private static final int CLZ = 0x60059513;

  /** Descriptions, and rounding modes of conversions that are exact. */
  private static final Pattern NOT_ASSEMBLED =
      Pattern.compile(" reserved rounding mode|^fcvt\\.d\\.(w|wu|s) .*,.*,");

  private static final int CASE_ALIGNMENT = 8;

  /** The programs of all recordings. */
  static List<CheckingProgram> all() {
    Map<String, CheckingProgram> programs = new LinkedHashMap<>();
    for (RecordingFile file : RecordingFile.values()) {
      for (Recording recording : file.read()) {
        if (isOfOtherMachines(recording)) {
          continue;
        }
        add(programs, subject(recording), false, recording, one -> one.after()[State.TRAP] == 0);
        String group = file.fileName().substring(0, file.fileName().indexOf('.')) + "-traps";
        add(programs, group, true, recording, one -> one.after()[State.TRAP] != 0);
      }
    }
    return List.copyOf(programs.values());
  }

  private static void add(
      Map<String, CheckingProgram> programs,
      String name,
      boolean catchesTraps,
      Recording recording,
      Predicate<Recording.Case> wanted) {
    List<Recording.Case> cases = recording.cases().stream().filter(wanted).toList();
    if (!cases.isEmpty()) {
      programs
          .computeIfAbsent(name, n -> new CheckingProgram(n, catchesTraps, new ArrayList<>()))
          .checks
          .add(
              new Recording(
                  recording.title(),
                  recording.code(),
                  recording.inputs(),
                  recording.outputs(),
                  cases));
    }
  }

  private static boolean isOfOtherMachines(Recording recording) {
    ByteBuffer code = ByteBuffer.wrap(recording.code()).order(ByteOrder.LITTLE_ENDIAN);
    return code.remaining() >= 8 && code.getInt(4) == CLZ;
  }

  /** The instruction that a recording is about: the last that is no helper. */
  private static String subject(Recording recording) {
    List<String> words = new ArrayList<>();
    for (String statement : recording.title().split("; ")) {
      String text = statement.replaceFirst("^[12]: ?", "");
      if (!text.isEmpty()) {
        words.add(text.split(" ")[0].replaceFirst("\\.(aq|rl|aqrl)$", ""));
      }
    }
    return words.reversed().stream()
        .filter(word -> !HELPERS.contains(word))
        .findFirst()
        .orElse(words.getFirst())
        .replaceFirst("^\\.2byte$", "c.hints");
  }

  /** The source, which includes {@code check.S}. */
  String source() {
    StringBuilder text = new StringBuilder();
    text.append("# Generated from recordings of qemu-riscv64.\n");
    text.append("\t.include\t\"check.S\"\n\t.data\n\t.balign\t8\ndefaults:\n");
    for (long value : State.initial()) {
      text.append("\t.dword\t0x%x%n".formatted(value));
    }
    text.append("\tPROGRAM\n").append(catchesTraps ? "\tCATCH\n" : "");
    for (int i = 0; i < checks.size(); i++) {
      check(text, i + 1, checks.get(i));
    }
    text.append("\tPASS\n");
    return text.toString();
  }

  private static void check(StringBuilder text, int number, Recording recording) {
    text.append("%n\tBEGIN\t%d, %d%n".formatted(number, recording.cases().size()));
    int offset = 0;
    for (int column : recording.inputs()) {
      text.append("\tINPUT\t%d, %d%n".formatted(column, offset));
      offset += CASE_ALIGNMENT;
    }
    text.append("\tUNCHANGED\n");
    for (int column : recording.outputs()) {
      text.append("\tOUTPUT\t%d, %d%n".formatted(column, offset));
      offset += CASE_ALIGNMENT;
    }
    text.append("\tSTART\t%d%n".formatted(number));
    instructions(text, recording);
    text.append("\tCHECKED\t%d, %d%n".formatted(number, offset));
    text.append(
        "\t.data\ntitle_%d:%n\t.asciz\t\"%s: case \"%n".formatted(number, recording.title()));
    text.append("\t.balign\t8\ncases_%d:%n".formatted(number));
    for (Recording.Case one : recording.cases()) {
      List<String> values = new ArrayList<>();
      for (int column : recording.inputs()) {
        values.add("0x" + Long.toHexString(one.before()[column]));
      }
      for (int column : recording.outputs()) {
        values.add(output(recording, one.after()[column], number));
      }
      if (!values.isEmpty()) {
        text.append("\t.dword\t").append(String.join(", ", values)).append('\n');
      }
    }
  }

  /** The instructions as text where the assembler knows the title as such, else as numbers. */
  private static void instructions(StringBuilder text, Recording recording) {
    boolean compressed = recording.title().startsWith("c.") || recording.title().contains(" c.");
    if (compressed) {
      text.append("\t.option\trvc\n");
    }
    if (!NOT_ASSEMBLED.matcher(recording.title()).find()) {
      for (String statement : recording.title().split("; ")) {
        text.append('\t').append(statement).append('\n');
      }
      return;
    }
    ByteBuffer code = ByteBuffer.wrap(recording.code()).order(ByteOrder.LITTLE_ENDIAN);
    while (code.remaining() > Integer.BYTES) { // the return is not under test
      text.append("\t.4byte\t0x%08x%n".formatted(code.getInt()));
    }
  }

  /** An expected value; addresses of the code are those of another place. */
  private static String output(Recording recording, long value, int number) {
    long distance = value - State.SLOT;
    boolean isAddress =
        recording.title().startsWith("auipc a0")
            || distance >= 0 && distance < recording.code().length;
    boolean hasAddresses = recording.title().contains("auipc") || recording.title().contains("jal");
    return hasAddresses && isAddress
        ? "slot_%d + (%d)".formatted(number, distance)
        : "0x" + Long.toHexString(value);
  }
}
