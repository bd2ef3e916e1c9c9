package org.capvm.testsuite.instructions;

import static org.capvm.testsuite.instructions.Edges.FEW_INTEGERS;
import static org.capvm.testsuite.instructions.Edges.INTEGERS;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;

/** Integer computation: registers, immediates, shifts, multiplication and division. */
final class IntegerPrograms {
  private static final int[] IMMEDIATES = {0, 1, -1, 2047, -2048, 0x555};
  private static final int[] UPPER_IMMEDIATES = {0, 1, 0x7ffff, 0x80000, 0xfffff};

  private IntegerPrograms() {}

  /** RV64I. */
  static List<Program> base() {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (!isMultiplication(opcode)) {
        addTo(all, opcode);
      }
    }
    all.add(Program.of("addi zero, a1, 1").on("a1", FEW_INTEGERS));
    all.add(Program.of("add a0, zero, a2").on("a2", FEW_INTEGERS));
    all.add(Program.of("nop"));
    return all;
  }

  /** M. */
  static List<Program> multiplication() {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (isMultiplication(opcode)) {
        addTo(all, opcode);
      }
    }
    return all;
  }

  private static boolean isMultiplication(Opcode opcode) {
    return opcode.family() == Family.MULTIPLY || opcode.family() == Family.DIVIDE;
  }

  private static void addTo(List<Program> all, Opcode opcode) {
    String name = opcode.mnemonic();
    switch (opcode.format()) {
      case REGISTER -> {
        all.add(Program.of(name + " a0, a1, a2").on("a1", INTEGERS).on("a2", INTEGERS));
        all.add(Program.of(name + " a1, a1, a1").on("a1", FEW_INTEGERS));
        all.add(Program.of(name + " a2, a1, a2").on("a1", FEW_INTEGERS).on("a2", FEW_INTEGERS));
        all.add(Program.of(name + " a0, zero, a2").on("a2", FEW_INTEGERS));
        all.add(Program.of(name + " a0, a1, zero").on("a1", FEW_INTEGERS));
        all.add(Program.of(name + " zero, a1, a2").on("a1", 0, 5).on("a2", 0, 5));
      }
      case IMMEDIATE -> {
        for (int immediate : IMMEDIATES) {
          all.add(Program.of(name + " a0, a1, " + immediate).on("a1", INTEGERS));
        }
        all.add(Program.of(name + " a1, a1, 3").on("a1", FEW_INTEGERS));
      }
      case SHIFT -> {
        int width = opcode.family() == Family.ALU_IMMEDIATE_WORD ? 32 : 64;
        for (int amount : new int[] {0, 1, 7, 31, 32, 63}) {
          if (amount < width) {
            all.add(Program.of(name + " a0, a1, " + amount).on("a1", INTEGERS));
          }
        }
      }
      case UPPER -> {
        for (int immediate : UPPER_IMMEDIATES) {
          all.add(Program.of(name + " a0, " + immediate));
        }
      }
      default -> {}
    }
  }
}
