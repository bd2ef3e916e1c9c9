package org.capvm.testsuite.instructions;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Opcode;

/** Loads, stores and atomics. */
final class MemoryPrograms {
  private static final long BASE = State.SCRATCH + 8;
  private static final long[] ADDRESSES = {BASE, BASE + 1, BASE + 3, BASE + 7, BASE + 10};

  /** Outside the window and outside what a process has. */
  private static final long[] WILD = {0, 8, -8, Long.MIN_VALUE, 1L << 46};

  /** For either width of an atomic. */
  private static final long[] MISALIGNED = {BASE + 1, BASE + 2, BASE + 6};

  private static final long[] VALUES = {
    0,
    1,
    -1,
    0x7fff_ffffL,
    0xffff_ffff_8000_0000L,
    0x8000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x0123_4567_89ab_cdefL,
  };

  private MemoryPrograms() {}

  static List<Program> accesses() {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      String name = opcode.mnemonic();
      switch (opcode.family()) {
        case LOAD -> {
          all.add(Program.of(name + " a0, 0(a1)").on("a1", ADDRESSES));
          all.add(Program.of(name + " a0, 16(a1)").on("a1", BASE));
          all.add(Program.of(name + " a0, -8(a1)").on("a1", ADDRESSES));
          all.add(Program.of(name + " a1, 2047(a1)").on("a1", BASE - 2047, BASE - 2046));
          all.add(Program.of(name + " a1, -2048(a1)").on("a1", BASE + 2048));
          all.add(Program.of(name + " zero, 0(a1)").on("a1", BASE, 0));
          all.add(Program.of("nop\n" + name + " a0, 4(a1)").on("a1", WILD));
        }
        case STORE -> {
          all.add(Program.of(name + " a2, 0(a1)").on("a1", ADDRESSES).on("a2", VALUES));
          all.add(Program.of(name + " a2, -8(a1)").on("a1", ADDRESSES));
          all.add(Program.of(name + " a2, 2047(a1)").on("a1", BASE - 2047));
          all.add(Program.of(name + " a2, -2048(a1)").on("a1", BASE + 2048));
          all.add(Program.of(name + " zero, 0(a1)").on("a1", ADDRESSES));
          all.add(Program.of("nop\n" + name + " a2, 4(a1)").on("a1", WILD));
        }
        case FLOAT_LOAD -> {
          all.add(Program.of(name + " fa0, 0(a1)").on("a1", ADDRESSES));
          all.add(Program.of(name + " fa0, -8(a1)").on("a1", ADDRESSES));
          all.add(Program.of("nop\n" + name + " fa0, 4(a1)").on("a1", WILD));
          // Signalling NaNs pass unchanged.
          all.add(
              Program.of(name + " fa0, 0(a1)")
                  .on("a1", State.SCRATCH)
                  .on("m0", 0x7ff0_0000_0000_0001L, 0xffff_ffff_7f80_0001L));
        }
        case FLOAT_STORE -> {
          all.add(
              Program.of(name + " fa2, 0(a1)")
                  .on("a1", ADDRESSES)
                  .on("fa2", 0x7ff0_0000_0000_0001L, 0xffff_ffff_7f80_0001L, 0x3f80_0000L));
          all.add(Program.of("nop\n" + name + " fa2, 4(a1)").on("a1", WILD));
        }
        default -> {}
      }
    }
    return all;
  }

  static List<Program> atomics() {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      String name = opcode.mnemonic();
      switch (opcode.family()) {
        case ATOMIC -> {
          all.add(atomic(name, " a0, a2, (a1)").on("m1", VALUES).on("a2", VALUES));
          all.add(atomic(name + ".aqrl", " a0, a2, (a1)").on("a2", VALUES));
          all.add(atomic(name, " zero, a2, (a1)").on("a2", VALUES));
          all.add(atomic(name, " a2, a2, (a1)").on("a2", VALUES));
          all.add(atomic(name, " a1, a2, (a1)").on("a2", VALUES));
          all.add(atomic(name, " a0, zero, (a1)").on("m1", VALUES));
          all.add(Program.of("nop\n" + name + " a0, a2, (a1)").on("a1", WILD));
          all.add(Program.of("nop\n" + name + " a0, a2, (a1)").on("a1", MISALIGNED));
        }
        case LOAD_RESERVED -> {
          all.add(atomic(name, " a0, (a1)").on("m1", VALUES));
          all.add(atomic(name + ".aq", " a1, (a1)").on("m1", VALUES));
          all.add(Program.of("nop\n" + name + " a0, (a1)").on("a1", WILD));
          all.add(Program.of("nop\n" + name + " a0, (a1)").on("a1", MISALIGNED));
        }
        case STORE_CONDITIONAL -> {
          String reserve = name.replace("sc", "lr") + " a3, (a1)\n";
          all.add(atomic(reserve + name, " a0, a2, (a1)").on("m1", VALUES).on("a2", VALUES));
          all.add(atomic(reserve + name + ".rl", " a1, a2, (a1)").on("a2", VALUES));
          // The reservation holds for one attempt.
          all.add(
              atomic(reserve + name + " a0, a2, (a1)\n" + name, " a3, a2, (a1)").on("a2", VALUES));
          // Another address than the reserved one.
          all.add(atomic(reserve + "addi a1, a1, 8\n" + name, " a0, a2, (a1)").on("a2", VALUES));
        }
        default -> {}
      }
    }
    return all;
  }

  private static Program atomic(String name, String operands) {
    return Program.of(name + operands).on("a1", BASE);
  }
}
