package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Programs that failed once, as executables: they outlive changes of the generator. */
final class SavedCases {
  static final Path FOLDER = Path.of("src/test/random");

  private SavedCases() {}

  static List<Path> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".elf")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what {@link Assembly#elf} wrote. */
  static Assembly read(Path file) {
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Assembly parse(byte[] elf) {
    byte[] data = segment(elf, 2);
    int table = (int) (Layout.FUNCTION_TABLE - Layout.BUFFER);
    return new Assembly(
        segment(elf, 0),
        segment(elf, 1),
        Arrays.copyOf(data, Layout.BUFFER_SIZE),
        Arrays.copyOfRange(data, table, data.length));
  }

  private static byte[] segment(byte[] elf, int number) {
    ByteBuffer headers = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    int header = 64 + 56 * number;
    int offset = (int) headers.getLong(header + 8);
    return Arrays.copyOfRange(elf, offset, offset + (int) headers.getLong(header + 32));
  }
}
