package org.capvm.runtime.isa;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Runs the GNU assembler and objdump for riscv64 to learn how they read instruction words. */
final class Objdump {
  /**
   * The extensions we have and no others: the disassembler reads them from the object's attributes
   * and prints the instructions of all others as data.
   */
  private static final String MARCH = "-march=rv64imafdc_zicsr_zifencei";

  private static final String AS = "riscv64-linux-gnu-as";
  private static final String OBJDUMP = "riscv64-linux-gnu-objdump";

  private Objdump() {}

  /**
   * Disassembles instructions that lie one behind the other from address 0.
   *
   * @param length of each word in bytes, 2 or 4
   * @return text by index, without symbols and comments, blanks as one space
   */
  static List<String> disassemble(Path folder, int length, int[] words)
      throws IOException, InterruptedException {
    Path source = folder.resolve("words.s");
    Path object = folder.resolve("words.o");
    Path listing = folder.resolve("words.txt");
    // .2byte and .4byte would be marked as data, which objdump does not decode.
    String directive = ".insn " + length + ", 0x";
    IntFunction<String> line = i -> directive + Integer.toHexString(words[i]);
    try (var writer = Files.newBufferedWriter(source)) {
      for (int i = 0; i < words.length; i++) {
        writer.write(line.apply(i));
        writer.newLine();
      }
    }
    run(listing, AS, MARCH, source.toString(), "-o", object.toString());
    run(listing, OBJDUMP, "-d", "-z", "-M", "no-aliases", object.toString());
    List<String> texts = new ArrayList<>(words.length);
    try (BufferedReader reader = Files.newBufferedReader(listing)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String[] columns = text.split("\t", 3);
        if (columns.length == 3) {
          texts.add(columns[2].replaceAll(" +(<|#).*", "").replace('\t', ' ').strip());
        }
      }
    }
    if (texts.size() != words.length) {
      throw new IOException(
          OBJDUMP + " printed " + texts.size() + " instructions for " + words.length + " words");
    }
    return texts;
  }

  private static void run(Path output, String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new IOException(
          command[0] + " is missing: install the Debian package binutils-riscv64-linux-gnu", e);
    }
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + firstLines(output));
    }
  }

  private static String firstLines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return String.join("\n", lines.limit(5).toList());
    }
  }
}
