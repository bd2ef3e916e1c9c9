package org.capvm.testsuite.instructions;

import static org.capvm.testsuite.instructions.Edges.FEW_INTEGERS;
import static org.capvm.testsuite.instructions.Edges.INTEGERS;

import java.util.ArrayList;
import java.util.List;

/** The compressed instructions of RV64DC. */
final class CompressedPrograms {
  private static final long BASE = State.SCRATCH;

  private CompressedPrograms() {}

  static List<Program> all() {
    List<Program> all = new ArrayList<>();
    addArithmetic(all);
    addMemory(all);
    addControl(all);
    return all;
  }

  private static void addArithmetic(List<Program> all) {
    for (int immediate : new int[] {1, -1, 31, -32}) {
      all.add(Program.of("c.addi a0, " + immediate).on("a0", INTEGERS));
      all.add(Program.of("c.addiw a0, " + immediate).on("a0", INTEGERS));
      all.add(Program.of("c.li a0, " + immediate));
      all.add(Program.of("c.andi a0, " + immediate).on("a0", INTEGERS));
      all.add(Program.of("c.addi16sp sp, " + (immediate < 0 ? -512 : 496)).on("sp", BASE, -16));
    }
    all.add(Program.of("c.addiw a0, 0").on("a0", INTEGERS));
    all.add(Program.of("c.li a0, 0"));
    all.add(Program.of("c.andi a0, 0").on("a0", INTEGERS));
    all.add(Program.of("c.nop"));
    all.add(Program.of("c.lui a0, 1"));
    all.add(Program.of("c.lui a0, 31"));
    all.add(Program.of("c.lui a0, 0xfffe0"));
    all.add(Program.of("c.addi4spn a0, sp, 4").on("sp", BASE, -4));
    all.add(Program.of("c.addi4spn a0, sp, 1020").on("sp", BASE, -4));
    for (int amount : new int[] {1, 31, 32, 63}) {
      all.add(Program.of("c.slli a0, " + amount).on("a0", INTEGERS));
      all.add(Program.of("c.srli a0, " + amount).on("a0", INTEGERS));
      all.add(Program.of("c.srai a0, " + amount).on("a0", INTEGERS));
    }
    for (String name :
        new String[] {"c.add", "c.sub", "c.xor", "c.or", "c.and", "c.addw", "c.subw"}) {
      all.add(Program.of(name + " a0, a1").on("a0", FEW_INTEGERS).on("a1", FEW_INTEGERS));
    }
    all.add(Program.of("c.mv a0, a1").on("a1", INTEGERS));
  }

  private static void addMemory(List<Program> all) {
    for (int offset : new int[] {0, 8, 24}) {
      for (String name : new String[] {"c.lw", "c.ld", "c.sw", "c.sd"}) {
        all.add(Program.of(name + " a2, " + offset + "(a1)").on("a1", BASE, 0));
      }
      for (String name : new String[] {"c.fld", "c.fsd"}) {
        all.add(Program.of(name + " fa2, " + offset + "(a1)").on("a1", BASE, 0));
      }
      for (String name : new String[] {"c.lwsp", "c.ldsp", "c.swsp", "c.sdsp"}) {
        all.add(Program.of(name + " a2, " + offset + "(sp)").on("sp", BASE, 0));
      }
      for (String name : new String[] {"c.fldsp", "c.fsdsp"}) {
        all.add(Program.of(name + " fa2, " + offset + "(sp)").on("sp", BASE, 0));
      }
    }
    all.add(Program.of("c.lw a2, 124(a1)").on("a1", BASE - 116));
    all.add(Program.of("c.ld a2, 248(a1)").on("a1", BASE - 240));
    all.add(Program.of("c.sw a2, 124(a1)").on("a1", BASE - 116));
    all.add(Program.of("c.sd a2, 248(a1)").on("a1", BASE - 240));
    all.add(Program.of("c.fld fa2, 248(a1)").on("a1", BASE - 240));
    all.add(Program.of("c.fsd fa2, 248(a1)").on("a1", BASE - 240));
    all.add(Program.of("c.lwsp a2, 252(sp)").on("sp", BASE - 244));
    all.add(Program.of("c.ldsp a2, 504(sp)").on("sp", BASE - 496));
    all.add(Program.of("c.swsp a2, 252(sp)").on("sp", BASE - 244));
    all.add(Program.of("c.sdsp a2, 504(sp)").on("sp", BASE - 496));
    all.add(Program.of("c.fldsp fa2, 504(sp)").on("sp", BASE - 496));
    all.add(Program.of("c.fsdsp fa2, 504(sp)").on("sp", BASE - 496));
  }

  private static void addControl(List<Program> all) {
    for (String name : new String[] {"c.beqz", "c.bnez"}) {
      all.add(
          Program.of(name + " a1, 1f\nc.li a0, 1\nc.j 2f\n1: c.li a0, 2\n2:")
              .on("a1", 0, 1, -1, Long.MIN_VALUE, 0x1_0000_0000L));
      all.add(
          Program.of("c.li a0, 0\n1: c.addi a0, 1\nc.addi a1, -1\n" + name + " a1, 1b")
              .on("a1", 1, 2));
    }
    all.add(Program.of("c.j 1f\nc.li a0, 1\nc.j 2f\n1: c.li a0, 2\n2:"));
    all.add(Program.of("auipc a1, 0\nc.addi a1, 8\nc.jr a1\nc.li a0, 1\nc.li a2, 1"));
    all.add(
        Program.of(
            "c.mv a3, ra\nauipc a1, 0\nc.addi a1, 12\nc.jalr a1\nc.li a0, 1\nc.li a2, 1\n"
                + "c.mv a0, ra\nc.mv ra, a3\nc.li a3, 0"));
    all.add(Program.of("c.nop\nc.ebreak"));
    all.add(Program.of("c.nop\n.2byte 0"));
    // Reserved: c.addi4spn 0, c.addiw x0, c.lwsp x0, c.lui 0, c.jr x0, c.addi16sp 0.
    for (String word : new String[] {"0x0008", "0x2005", "0x4002", "0x6501", "0x8002", "0x6101"}) {
      all.add(Program.of("c.nop\n.2byte " + word));
    }
    // Hints: c.addi x0, c.li x0, c.lui x0, c.slli x0, c.mv x0, c.add x0, c.addi a0 0, c.srli 0.
    for (String word :
        new String[] {
          "0x0005", "0x4005", "0x6005", "0x0006", "0x802e", "0x902e", "0x0501", "0x8101"
        }) {
      all.add(Program.of(".2byte " + word));
    }
  }
}
