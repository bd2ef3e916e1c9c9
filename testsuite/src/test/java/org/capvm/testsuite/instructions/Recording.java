package org.capvm.testsuite.instructions;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One program and what it did on each of its states.
 *
 * <p>As text: the title; {@code code} with the bytes; {@code in} and {@code out} with names of
 * states; then a line a case with the input values, a colon, and the output values, all
 * hexadecimal; then an empty line. A state that is no input starts as {@link State#initial}, one
 * that is no output ends as it started.
 *
 * @param title the instruction as text
 * @param code its bytes, the final return included
 * @param inputs columns of the state that the cases set
 * @param outputs columns of the state that some case changed
 * @param cases pairs of complete states, before and after
 */
record Recording(String title, byte[] code, int[] inputs, int[] outputs, List<Case> cases) {
  /** How many cases of a recording are read, evenly chosen, where something needs no more. */
  private static final int MOST_CASES =
      Integer.getInteger("capvm.instructions.cases", Integer.MAX_VALUE);

  /** Whether all cases are read. */
  static boolean isComplete() {
    return MOST_CASES == Integer.MAX_VALUE;
  }

  /** A complete state before and after. */
  record Case(long[] before, long[] after) {
    /**
     * The same where exceptions have occurred before: their flags stay, and change nothing else.
     */
    Case withAccrued(int flags) {
      return new Case(State.withFlags(before, flags), State.withFlags(after, flags));
    }
  }

  static Recording of(Program program, byte[] code, List<Case> cases) {
    boolean[] changed = new boolean[State.SIZE];
    for (Case one : cases) {
      for (int i = 0; i < State.SIZE; i++) {
        changed[i] |= one.before[i] != one.after[i];
      }
    }
    int[] outputs = new int[State.SIZE];
    int count = 0;
    for (int i = 0; i < State.SIZE; i++) {
      if (changed[i]) {
        outputs[count++] = i;
      }
    }
    return new Recording(
        program.title(), code, program.inputs(), Arrays.copyOf(outputs, count), cases);
  }

  void write(BufferedWriter out) throws IOException {
    out.write(title + "\n");
    out.write("code " + HexFormat.of().formatHex(code) + "\n");
    out.write("in" + names(inputs) + "\n");
    out.write("out" + names(outputs) + "\n");
    for (Case one : cases) {
      out.write((values(one.before, inputs) + " :" + values(one.after, outputs)).strip() + "\n");
    }
    out.write("\n");
  }

  private static String names(int[] columns) {
    StringBuilder text = new StringBuilder();
    for (int column : columns) {
      text.append(' ').append(State.NAMES.get(column));
    }
    return text.toString();
  }

  private static String values(long[] state, int[] columns) {
    StringBuilder text = new StringBuilder();
    for (int column : columns) {
      text.append(' ').append(Long.toHexString(state[column]));
    }
    return text.toString();
  }

  /** Reads all recordings; lines that start with # before a title are comments. */
  static List<Recording> read(BufferedReader in) throws IOException {
    List<Recording> all = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        all.add(readOne(line, in));
      }
    }
    return all;
  }

  private static Recording readOne(String title, BufferedReader in) throws IOException {
    byte[] code = HexFormat.of().parseHex(field(in.readLine(), "code").strip());
    int[] inputs = columns(field(in.readLine(), "in"));
    int[] outputs = columns(field(in.readLine(), "out"));
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      lines.add(line);
    }
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += Math.max(1, lines.size() / MOST_CASES)) {
      String line = lines.get(i);
      int colon = line.indexOf(':');
      long[] before = State.initial();
      parse(line.substring(0, colon), inputs, before);
      long[] after = before.clone();
      parse(line.substring(colon + 1), outputs, after);
      cases.add(new Case(before, after));
    }
    return new Recording(title, code, inputs, outputs, cases);
  }

  private static String field(String line, String name) throws IOException {
    if (!line.startsWith(name)) {
      throw new IOException("a line of the recording is not " + name + ": " + line);
    }
    return line.substring(name.length());
  }

  private static int[] columns(String names) {
    return Arrays.stream(names.split(" ", -1))
        .filter(name -> !name.isEmpty())
        .mapToInt(State::index)
        .toArray();
  }

  private static void parse(String values, int[] columns, long[] state) throws IOException {
    int column = 0;
    for (String value : values.split(" ", -1)) {
      if (!value.isEmpty()) {
        state[columns[column++]] = Long.parseUnsignedLong(value, 16);
      }
    }
    if (column != columns.length) {
      throw new IOException("a line of the recording has " + column + " values: " + values);
    }
  }
}
