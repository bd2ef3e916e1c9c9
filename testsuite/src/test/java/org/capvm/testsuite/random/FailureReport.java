package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Instruction;

/** Shows a program on which two engines differ, and saves it to be run again. */
final class FailureReport {
  private static final Path FOLDER = Path.of("target/random");

  private FailureReport() {}

  /**
   * Saves the program as an executable, and describes it.
   *
   * @param expected what the one engine wrote
   * @param actual what the other one wrote, or null when it did not come to its end
   */
  static String write(Way way, long seed, Assembly program, byte[] expected, byte[] actual) {
    String name = way.name().toLowerCase(Locale.ROOT) + "-" + seed + ".elf";
    Path file = FOLDER.resolve(name);
    try {
      Files.createDirectories(FOLDER);
      Files.write(file, program.elf());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "%s fails; move it to %s to keep it%n%s%n%s"
        .formatted(file, SavedCases.FOLDER, differences(expected, actual), disassembly(program));
  }

  private static String differences(byte[] expected, byte[] actual) {
    if (actual == null || actual.length != expected.length) {
      return "no output\n";
    }
    StringBuilder text = new StringBuilder();
    ByteBuffer one = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer other = ByteBuffer.wrap(actual).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < expected.length; i += 8) {
      if (one.getLong(i) != other.getLong(i)) {
        text.append(
            "%s: expected 0x%016x, was 0x%016x%n"
                .formatted(place(i), one.getLong(i), other.getLong(i)));
      }
    }
    return text.toString();
  }

  private static String place(int offset) {
    if (offset >= Layout.OUTPUT_SIZE) {
      return "registers at a checkpoint";
    }
    int dump = offset - (int) (Layout.DUMP - Layout.BUFFER);
    if (dump < 0) {
      return "memory 0x%x".formatted(Layout.BUFFER + offset);
    }
    int register = dump / 8;
    return register < 32 ? "x" + register : register < 64 ? "f" + (register - 32) : "fcsr";
  }

  static String disassembly(Assembly program) {
    StringBuilder text = new StringBuilder();
    ByteBuffer code = ByteBuffer.wrap(program.text()).order(ByteOrder.LITTLE_ENDIAN);
    while (code.hasRemaining()) {
      long address = Layout.TEXT + code.position();
      int bits = code.getShort(code.position()) & 0xffff;
      if (Decoder.length(bits) == 4) {
        bits = code.getInt(code.position());
      }
      Instruction instruction = Decoder.decode(bits);
      text.append("%8x:  %s%n".formatted(address, Disassembler.text(instruction, address)));
      code.position(code.position() + instruction.length());
    }
    return text.toString();
  }
}
