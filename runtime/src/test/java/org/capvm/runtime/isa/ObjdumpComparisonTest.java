package org.capvm.runtime.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder and the disassembler against GNU objdump; each difference has its reason here. */
class ObjdumpComparisonTest {
  @TempDir Path folder;

  @Test
  void everySixteenBitWord() throws IOException, InterruptedException {
    int[] words = IntStream.range(0, 1 << 16).filter(word -> (word & 3) != 3).toArray();
    assertEquals(49_152, words.length);
    compare(2, words);
  }

  @Test
  void sweepOfThirtyTwoBitWords() throws IOException, InterruptedException {
    Set<Integer> words = new LinkedHashSet<>();
    for (Opcode opcode : Opcode.values()) {
      if (opcode != Opcode.ILLEGAL) {
        addNeighbours(words, opcode);
      }
    }
    // Every major opcode with every funct3, funct7 and a few rs2: what is defined and what is not.
    for (int major = 3; major < 128; major += 4) {
      for (int high = 0; high < 1 << 10; high++) {
        for (int rs2 : new int[] {0, 1, 2, 3, 5, 31}) {
          words.add(major | 10 << 7 | (high & 7) << 12 | 11 << 15 | rs2 << 20 | high >> 3 << 25);
        }
      }
    }
    words.removeIf(ObjdumpComparisonTest::isLonger);
    compare(4, words.stream().mapToInt(Integer::intValue).toArray());
  }

  @Test
  void longerFormatsAreIllegalInstructionsOfFourBytes() {
    for (int high = 0; high < 1 << 16; high++) {
      Instruction instruction = Decoder.decode(high << 16 | high & 0xffe0 | 0x1f);
      assertEquals(Opcode.ILLEGAL, instruction.opcode());
      assertEquals(4, instruction.length());
    }
  }

  /** Formats of 48 bits and more, which no extension uses yet: the tools do not take 4 bytes. */
  private static boolean isLonger(int word) {
    return (word & 0x1c) == 0x1c;
  }

  /** The definition with each operand bit and each identifying bit flipped, and with patterns. */
  private static void addNeighbours(Set<Integer> words, Opcode opcode) {
    int operands = ~opcode.mask();
    int[] patterns = {0, -1, 0x5555_5555, 0xaaaa_aaaa, 0x1234_5678, 0x8000_0000, 0x7ff0_0000};
    for (int pattern : patterns) {
      int word = opcode.match() | pattern & operands;
      words.add(word);
      for (int bit = 2; bit < 32; bit++) {
        words.add(word ^ 1 << bit);
      }
    }
  }

  private void compare(int length, int[] words) throws IOException, InterruptedException {
    List<String> expected = Objdump.disassemble(folder, length, words);
    List<String> differences = new ArrayList<>();

    for (int i = 0; i < words.length; i++) {
      Instruction instruction = Decoder.decode(words[i]);
      assertEquals(length, instruction.length());
      assertEquals(words[i], instruction.bits());
      String actual = Disassembler.text(instruction, (long) i * length);
      String reference = expected.get(i).replaceFirst("^\\.word ", ".4byte ");
      if (!actual.equals(reference)) {
        String reason = difference(instruction, reference, actual);
        if (reason == null) {
          differences.add("%08x: objdump '%s', we '%s'".formatted(words[i], reference, actual));
        }
      }
    }
    assertTrue(
        differences.isEmpty(),
        () ->
            "%d differences, first:%n%s"
                .formatted(
                    differences.size(),
                    String.join("\n", differences.subList(0, Math.min(60, differences.size())))));
  }

  /** Privileged instructions: objdump takes them for granted, a user program may not use them. */
  private static final Set<String> PRIVILEGED =
      Set.of("mret", "sret", "uret", "dret", "wfi", "sfence.vma", "sfence.vm");

  /** Why we differ from objdump, or null when there is no reason. */
  private static String difference(Instruction i, String objdump, String ours) {
    if (i.opcode() == Opcode.ILLEGAL) {
      if (i.length() == 2) {
        return switch (i.bits()) {
          case 0x0000 -> objdump.equals("c.unimp") ? "the defined illegal instruction" : null;
          case 0x6101 -> objdump.equals("c.addi16sp sp,0") ? "reserved: adjustment of 0" : null;
          default -> null;
        };
      }
      if (objdump.endsWith(",unknown")
          && ((i.bits() >>> 12 & 7) == 5 || (i.bits() >>> 12 & 7) == 6)) {
        return "static rounding modes 5 and 6 are reserved";
      }
      return PRIVILEGED.contains(objdump.split(" ")[0]) ? "privileged instruction" : null;
    }
    if (objdump.equals("unimp") && ours.equals("csrrw zero,cycle,zero")) {
      return "the assembler's word for a write to a read-only register, which traps";
    }
    boolean objdumpRejects = objdump.startsWith(".4byte ");
    return switch (i.opcode()) {
      case FENCE, FENCE_I ->
          objdumpRejects
              ? "implementations ignore the reserved fields of fences (ISA 2.7 and Zifencei)"
              : null;
      case FCVT_D_W, FCVT_D_WU, FCVT_D_S ->
          objdumpRejects ? "exact conversions have a rounding mode that does not matter" : null;
      case CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI ->
          withoutCsr(objdump).equals(withoutCsr(ours)) && ours.contains(",0x")
              ? "objdump names registers of other privilege levels and extensions"
              : null;
      default -> null;
    };
  }

  private static String withoutCsr(String text) {
    return text.replaceFirst(",[^,]*,", ",csr,");
  }
}
