package org.capvm.testsuite.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.capvm.testsuite.roots.DebianRoot;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.FrameDescription;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Discovery in Debian's programs. Their unwind tables list all functions, so they also tell how
 * good the search is when it has no such table: the same files are searched with the table hidden.
 *
 * <p>Counts are lower bounds a little under what was measured, so that they survive updates of the
 * packages; frame descriptions are exact because both sides come from the same file.
 */
class RealProgramDiscoveryTest {
  private static final String LIBRARIES = "/usr/lib/riscv64-linux-gnu/";

  private static final int GNU_EH_FRAME = 0x6474e550;

  private static Program discover(byte[] content, String name) throws ElfException {
    return Discovery.discover(ElfImage.read(content, name));
  }

  private static Path file(String name) {
    return DebianRoot.file(name.startsWith("/") ? name : LIBRARIES + name);
  }

  @ParameterizedTest
  @CsvSource({
    // file, jump tables at least, computed gotos at most
    "libc.so.6, 118, 4",
    "libcrypto.so.3, 180, 4",
    "libsqlite3.so.0, 74, 2",
    "/usr/bin/sqlite3, 23, 1",
    "/usr/bin/perl, 234, 5",
    "/usr/bin/python3.13, 220, 310",
    "/usr/bin/lua5.4, 40, 90",
    "/usr/bin/qjs, 70, 330",
  })
  void frameDescriptionsAreFunctions(String name, int jumpTables, int computedGotos)
      throws IOException, ElfException {
    Program program = discover(Files.readAllBytes(file(name)), name);
    Census census = new Census(program);
    for (FrameDescription frame : program.image().frames()) {
      assertTrue(census.entries().contains(frame.start()), () -> name + " " + frame);
    }
    // What the compiler made never jumps into the middle of another function; the few that do are
    // in libcrypto's vector code, which is written by hand.
    int byHand = name.equals("libcrypto.so.3") ? 10 : 0;
    assertTrue(census.strayJumps() <= byHand, () -> census.strayJumps() + " stray jumps");
    assertEquals(0, census.overlaps(), "blocks that overlap");
    assertTrue(census.jumpTables() >= jumpTables, () -> census.jumpTables() + " jump tables");
    assertTrue(
        census.computedGotos() <= computedGotos, () -> census.computedGotos() + " computed gotos");
    assertTrue(uncovered(program) * 50 < codeSize(program), "less than 2 % is left over");
  }

  @ParameterizedTest
  @CsvSource({
    // file, percent of the functions found without the unwind table
    "libc.so.6, 99",
    "libsqlite3.so.0, 98",
    "/usr/bin/sqlite3, 95",
    "/usr/bin/python3.13, 99",
    "/usr/bin/lua5.4, 98",
  })
  void functionsAreFoundWithoutFrameDescriptions(String name, int percent)
      throws IOException, ElfException {
    byte[] content = Files.readAllBytes(file(name));
    Set<Long> expected = new HashSet<>();
    discover(content, name).functions().forEach(f -> expected.add(f.entry()));
    hideUnwindTable(content);
    Program program = discover(content, name);
    assertEquals(0, program.image().frames().size());
    long found =
        program.functions().stream().map(FunctionCode::entry).filter(expected::contains).count();
    assertTrue(
        100 * found >= (long) percent * expected.size(),
        () -> found + " of " + expected.size() + " functions found");
  }

  @ParameterizedTest
  @CsvSource({
    // Programs that have no or only part of an unwind table: file, functions, jump tables
    "/usr/lib/riscv64-linux-musl/libc.so, 1800, 28",
    "/usr/bin/busybox, 4200, 155",
  })
  void programsWithoutFrameDescriptions(String name, int functions, int jumpTables)
      throws IOException, ElfException {
    Program program = discover(Files.readAllBytes(file(name)), name);
    Census census = new Census(program);
    assertTrue(
        program.functions().size() >= functions, () -> program.functions().size() + " functions");
    assertTrue(census.jumpTables() >= jumpTables, () -> census.jumpTables() + " jump tables");
    assertTrue(uncovered(program) * 200 < codeSize(program), "less than 0.5 % is left over");
  }

  private static long uncovered(Program program) {
    return program.uncovered().stream().mapToLong(AddressRange::size).sum();
  }

  private static long codeSize(Program program) {
    return program.image().codeRanges().stream().mapToLong(AddressRange::size).sum();
  }

  /** Renames the section and drops the program header, so that nothing leads to the table. */
  private static void hideUnwindTable(byte[] content) {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int headers = (int) file.getLong(32);
    for (int i = 0; i < file.getShort(56); i++) {
      if (file.getInt(headers + 56 * i) == GNU_EH_FRAME) {
        file.putInt(headers + 56 * i, 0);
      }
    }
    String text = new String(content, StandardCharsets.ISO_8859_1);
    for (int i = text.indexOf(".eh_frame\0"); i >= 0; i = text.indexOf(".eh_frame\0", i + 1)) {
      content[i + 1] = 'x';
    }
  }
}
