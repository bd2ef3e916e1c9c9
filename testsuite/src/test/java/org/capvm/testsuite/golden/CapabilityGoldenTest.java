package org.capvm.testsuite.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.listing.BytecodeListing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bytecode of loops with capabilities that ask for a range once is what it was; {@code
 * -Dcapvm.bless=true} replaces the expectations.
 */
class CapabilityGoldenTest {
  private static final Path FOLDER = Path.of("src/test/golden/capabilities");
  private static final long START = 0x4000_0000L;
  private static final int EBREAK = 0x0010_0073;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A2 = 12;

  @ParameterizedTest
  @CsvSource({"copy, false", "copy, true", "search, true"})
  void loop(String name, boolean capabilityMode) throws IOException {
    List<Integer> words = name.equals("copy") ? copy(capabilityMode) : search();
    ReachableCode code =
        CapabilityTranslator.find(
                address -> {
                  int word = words.get((int) (address - START) / Integer.BYTES);
                  return (address & 2) == 0 ? word & 0xffff : word >>> 16;
                },
                START,
                capabilityMode,
                Dialect.XCHERI_V9)
            .orElseThrow();
    byte[] made =
        CapabilityTranslator.translate(List.of(code), Dialect.XCHERI_V9, "guest.golden.Code")
            .bytes();
    StringBuilder text = new StringBuilder();
    for (ReachableCode.Run run : code.runs()) {
      long at = run.start();
      for (Instruction i : run.instructions()) {
        text.append(Disassembler.text(i, at)).append('\n');
        at += i.length();
      }
    }
    BytecodeListing.inOrder(made, method -> method.startsWith("c0_"))
        .forEach((_, body) -> body.forEach(line -> text.append("    ").append(line).append('\n')));
    Path file = FOLDER.resolve(name + (capabilityMode ? "-pure.txt" : "-hybrid.txt"));
    if (Boolean.getBoolean("capvm.bless")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    } else {
      assertEquals(Files.readString(file), text.toString());
    }
  }

  /** Doublewords, the number of which is in a2. */
  private static List<Integer> copy(boolean capabilityMode) {
    int move = (capabilityMode ? Opcode.CINCOFFSETIMM : Opcode.ADDI).match() | 8 << 20;
    return List.of(
        Opcode.LD.match() | 13 << 7 | A1 << 15,
        Opcode.SD.match() | 13 << 20 | A0 << 15,
        move | A1 << 7 | A1 << 15,
        move | A0 << 7 | A0 << 15,
        Opcode.ADDI.match() | A2 << 7 | A2 << 15 | -1 << 20,
        Opcode.BNE.match() | A2 << 15 | 0xfe00_0680, // by -20
        EBREAK);
  }

  /** For a byte of 0. */
  private static List<Integer> search() {
    return List.of(
        Opcode.LBU.match() | A1 << 7 | A0 << 15,
        Opcode.CINCOFFSETIMM.match() | A0 << 7 | A0 << 15 | 1 << 20,
        Opcode.BNE.match() | A1 << 15 | 0xfe00_0c80, // by -8
        EBREAK);
  }
}
