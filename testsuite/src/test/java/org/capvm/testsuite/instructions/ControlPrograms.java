package org.capvm.testsuite.instructions;

import static org.capvm.testsuite.instructions.Edges.FEW_INTEGERS;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;

/** Branches, jumps, fences, breakpoints, illegal instructions, and the floating-point CSRs. */
final class ControlPrograms {
  private static final long[] FLAGS = {0, 1, 0x1f, 0x1_0000_0000L, 0xe0, 0x45, 0xff, -1};

  private ControlPrograms() {}

  static List<Program> control() {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (opcode.family() == Family.BRANCH) {
        String name = opcode.mnemonic();
        all.add(
            Program.of(name + " a1, a2, 1f\nli a0, 1\nj 2f\n1: li a0, 2\n2:")
                .on("a1", FEW_INTEGERS)
                .on("a2", FEW_INTEGERS));
        all.add(
            Program.of(name + " a1, zero, 1f\nli a0, 1\nj 2f\n1: li a0, 2\n2:")
                .on("a1", FEW_INTEGERS));
        all.add(
            Program.of(name + " a1, a1, 1f\nli a0, 1\nj 2f\n1: li a0, 2\n2:")
                .on("a1", FEW_INTEGERS));
        // Backwards: counts a1 up until the branch is not taken, or eight times.
        all.add(
            Program.of(
                    "li a0, 0\n1: addi a0, a0, 1\naddi a1, a1, 1\nli a3, 8\nbeq a0, a3, 2f\n"
                        + name
                        + " a1, a2, 1b\n2:")
                .on("a1", -3, 0, 3)
                .on("a2", -1, 0, 5));
      }
    }
    all.add(Program.of("j 1f\nli a0, 1\nj 2f\n1: li a0, 2\n2:"));
    all.add(Program.of("mv a3, ra\njal a0, 1f\n1: mv ra, a3\nli a3, 0"));
    all.add(Program.of("mv a3, ra\njal 1f\nli a1, 1\n1: mv a0, ra\nmv ra, a3\nli a3, 0"));
    all.add(Program.of("auipc a1, 0\njalr a0, 12(a1)\nli a2, 1"));
    // Bit 0 of the target is ignored; rd may be the base.
    all.add(Program.of("auipc a1, 0\njalr a1, 13(a1)\nli a2, 1"));
    all.add(Program.of("fence rw, rw"));
    all.add(Program.of("fence.tso"));
    all.add(Program.of("fence.i"));
    all.add(Program.of("nop\nebreak"));
    all.add(Program.of("nop\n.4byte 0"));
    all.add(Program.of("nop\n.4byte 0xffffffff"));
    // Neither a CSR of the supervisor nor the encoding of clz is RV64GC.
    all.add(Program.of("nop\n.4byte 0x10059573"));
    all.add(Program.of("nop\n.4byte 0x60059513"));
    return all;
  }

  static List<Program> csrs() {
    List<Program> all = new ArrayList<>();
    for (String csr : new String[] {"fflags", "frm", "fcsr"}) {
      for (String name : new String[] {"csrrw", "csrrs", "csrrc"}) {
        for (String operands : new String[] {"a0, %s, a1", "a1, %s, a1", "zero, %s, a1"}) {
          all.add(
              Program.of(name + " " + operands.formatted(csr))
                  .on("fcsr", 0, 0x1f, 0x61, 0xea)
                  .on("a1", FLAGS));
        }
        all.add(Program.of(name + " a0, " + csr + ", zero").on("fcsr", 0, 0x1f, 0x61));
      }
      for (String name : new String[] {"csrrwi", "csrrsi", "csrrci"}) {
        for (int immediate : new int[] {0, 1, 5, 31}) {
          all.add(
              Program.of(name + " a0, " + csr + ", " + immediate).on("fcsr", 0, 0x1f, 0x61, 0xea));
        }
      }
    }
    return all;
  }
}
