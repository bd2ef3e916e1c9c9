package org.capvm.testsuite.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a mutation aims at; each part gets a third of them. */
enum ElfPart {
  /** The ELF header, program headers and section headers. */
  HEADERS,
  /** What linkers, unwinders and debuggers read: everything that is neither header nor code. */
  TABLES,
  /** Instructions. */
  CODE;

  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int EXECUTABLE = 4;
  private static final int NO_BITS = 8;

  /** Sections that only hold the program's own data. */
  private static final Set<String> DATA = Set.of(".rodata", ".data", ".comment");

  /** A range of bytes in a file. */
  record Range(int start, int end) {
    int size() {
      return end - start;
    }
  }

  /** Where each part lies in a good file that has section headers. */
  static Map<ElfPart, List<Range>> of(byte[] file) {
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Range> headers = new ArrayList<>();
    List<Range> tables = new ArrayList<>();
    List<Range> code = new ArrayList<>();
    headers.add(new Range(0, HEADER_SIZE));
    int programHeaders = (int) elf.getLong(32);
    headers.add(new Range(programHeaders, programHeaders + elf.getShort(56) * PROGRAM_HEADER_SIZE));
    int sections = (int) elf.getLong(40);
    int count = elf.getShort(60);
    headers.add(new Range(sections, sections + count * HEADER_SIZE));
    int names = (int) elf.getLong(sections + elf.getShort(62) * HEADER_SIZE + 24);
    for (int i = 1; i < count; i++) {
      int at = sections + i * HEADER_SIZE;
      int start = (int) elf.getLong(at + 24);
      Range range = new Range(start, start + (int) elf.getLong(at + 32));
      if (elf.getInt(at + 4) == NO_BITS || range.size() == 0) {
        continue;
      }
      if ((elf.getLong(at + 8) & EXECUTABLE) != 0) {
        code.add(range);
      } else if (!DATA.contains(name(file, names + elf.getInt(at)))) {
        tables.add(range);
      }
    }
    Map<ElfPart, List<Range>> parts = new EnumMap<>(ElfPart.class);
    parts.put(HEADERS, headers);
    parts.put(TABLES, tables);
    parts.put(CODE, code);
    return parts;
  }

  private static String name(byte[] file, int start) {
    int end = start;
    while (file[end] != 0) {
      end++;
    }
    return new String(file, start, end - start, ISO_8859_1);
  }
}
