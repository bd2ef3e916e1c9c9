package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the disassembler writes, the macros of {@code xcheri.inc} assemble to the same bits. */
class XcheriMacrosTest {
  private static final int SAMPLES = 20;

  /** Bits aq and rl of atomics, which no macro sets. */
  private static final int ORDERING = 3 << 25;

  /** The numbers of special registers that have names. */
  private static final int SPECIALS = 8;

  private static final int RS2 = 20;

  @TempDir private Path folder;

  @Test
  void macrosAgreeWithTheDisassembler() throws Exception {
    List<Integer> words = new ArrayList<>();
    StringBuilder source = new StringBuilder(".include \"xcheri.inc\"\n.globl _start\n_start:\n");
    Random random = new Random(1);
    for (Opcode opcode : Opcode.values()) {
      for (int n = 0; opcode.family().isXcheri() && n < SAMPLES; n++) {
        int word = sample(opcode, random);
        words.add(word);
        source.append(macro(opcode, Decoder.decodeXcheri(word, false))).append('\n');
      }
    }
    assertEquals(words, assemble(source.toString()));
  }

  private static int sample(Opcode opcode, Random random) {
    int word = opcode.match() | random.nextInt() & ~opcode.mask();
    switch (opcode) {
      case LR_C, SC_C, AMOSWAP_C -> word &= ~ORDERING;
      case CSPECIALRW -> {
        List<Integer> named = List.of(0, 1, 4, 5, 6, SPECIALS - 1);
        word = word & ~(31 << RS2) | named.get(random.nextInt(named.size())) << RS2;
      }
      default -> {}
    }
    return word;
  }

  /** The disassembly with the base of an address as an operand of its own. */
  private static String macro(Opcode opcode, Instruction i) {
    assertEquals(opcode, i.opcode());
    String text = Disassembler.text(i, 0);
    String mnemonic =
        switch (opcode) {
          case CINCOFFSETIMM, CSETBOUNDSIMM -> opcode.mnemonic() + "imm";
          default -> opcode.mnemonic();
        };
    String operands = text.substring(opcode.mnemonic().length());
    return mnemonic + operands.replace(",(", ",").replace("(", ",").replace(")", "");
  }

  private List<Integer> assemble(String text) throws Exception {
    Path source = Files.writeString(folder.resolve("macros.S"), text);
    return words(CapabilityPrograms.build(folder, source, 0), text.lines().count() - 3);
  }

  private static List<Integer> words(Path program, long count) throws Exception {
    ElfImage image = ElfImage.read(program);
    Segment code = image.segments().stream().filter(Segment::executable).findFirst().orElseThrow();
    int[] words = new int[(int) count];
    int at = (int) (code.offset() + image.entry() - code.address());
    ByteBuffer content = image.content().order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 0; n < words.length; n++) {
      words[n] = content.getInt(at + 4 * n);
    }
    return Arrays.stream(words).boxed().toList();
  }
}
