package org.capvm.testsuite.instructions;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;

/**
 * Floating-point computation on pairs and triples of edge values, in every rounding mode, static
 * and dynamic, with and without flags already accrued.
 */
final class FloatPrograms {
  private static final int DYNAMIC = 7;
  private static final int[] STATIC_MODES = {0, 1, 2, 3, 4};

  /** frm in bits 7 to 5, fflags below: NX accrued, then each other mode, then the reserved ones. */
  private static final long[] DYNAMIC_STATES = {0x01, 0x00, 0x21, 0x41, 0x61, 0x81};

  private static final long[] RESERVED_STATES = {0xa0, 0xc0, 0xe1};

  private FloatPrograms() {}

  static List<Program> single() {
    return programs(".s");
  }

  static List<Program> doubles() {
    return programs(".d");
  }

  private static List<Program> programs(String precision) {
    List<Program> all = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (opcode.operation() != null && opcode.family().name().startsWith("FLOAT_")) {
        boolean isDouble = (opcode.mnemonic() + ".").contains(".d.");
        if (isDouble == precision.equals(".d")) {
          addTo(all, opcode, isDouble);
        }
      }
    }
    return all;
  }

  private static void addTo(List<Program> all, Opcode opcode, boolean isDouble) {
    long[] values = isDouble ? Edges.DOUBLES : Edges.SINGLES;
    switch (opcode.format()) {
      case FLOAT_BINARY_ROUNDED ->
          addRounded(all, opcode, new Operands().on("fa1", values).on("fa2", values));
      case FLOAT_FUSED -> {
        long[] few = isDouble ? Edges.FUSED_DOUBLES : Edges.FUSED_SINGLES;
        Operands operands = new Operands().on("fa1", few).on("fa2", few).on("fa3", few);
        boolean isPlain = opcode.mnemonic().startsWith("fmadd");
        for (int mode : isPlain ? STATIC_MODES : new int[] {2, 4}) {
          all.add(operands.of(opcode, mode, 0));
        }
        all.add(operands.of(opcode, DYNAMIC, 1));
        addReserved(all, opcode);
      }
      case FLOAT_UNARY_ROUNDED -> {
        long[] operand =
            switch (opcode) {
              case FCVT_S_D -> Edges.NARROWED_DOUBLES;
              case FCVT_D_S -> Edges.SINGLES;
              default -> values;
            };
        addRounded(all, opcode, new Operands().on("fa1", operand));
      }
      case FLOAT_TO_INTEGER_ROUNDED ->
          addRounded(
              all,
              opcode,
              new Operands()
                  .on("fa1", isDouble ? Edges.CONVERTED_DOUBLES : Edges.CONVERTED_SINGLES));
      case INTEGER_TO_FLOAT_ROUNDED ->
          addRounded(all, opcode, new Operands().on("a1", Edges.CONVERTED_INTEGERS));
      case FLOAT_BINARY, FLOAT_COMPARE -> {
        all.add(new Operands().on("fa1", values).on("fa2", values).of(opcode, -1, 0));
        all.add(new Operands().on("fa1", values).on("fa2", values).of(opcode, -1, 1));
      }
      case FLOAT_TO_INTEGER -> all.add(new Operands().on("fa1", values).of(opcode, -1, 0));
      case INTEGER_TO_FLOAT -> all.add(new Operands().on("a1", Edges.INTEGERS).of(opcode, -1, 0));
      default -> throw new IllegalStateException(opcode + " is no floating-point computation");
    }
  }

  private static void addRounded(List<Program> all, Opcode opcode, Operands operands) {
    for (int mode : STATIC_MODES) {
      all.add(operands.of(opcode, mode, 0));
    }
    boolean isBinary = opcode.format().has(Operand.FS2);
    all.add(operands.of(opcode, DYNAMIC, isBinary ? new long[] {1, 0x81} : DYNAMIC_STATES));
    addReserved(all, opcode);
  }

  /** Reserved rounding modes are illegal instructions, and so are dynamic ones while frm is. */
  private static void addReserved(List<Program> all, Opcode opcode) {
    all.add(new Operands().of(opcode, 5, 0));
    all.add(new Operands().of(opcode, 6, 0));
    all.add(new Operands().of(opcode, DYNAMIC, DYNAMIC_STATES));
    all.add(new Operands().of(opcode, DYNAMIC, RESERVED_STATES));
  }

  /** Values of source registers, to be combined with an instruction on a0 to a2 or fa0 to fa3. */
  private static final class Operands {
    private Program values = Program.of("");

    Operands on(String name, long... more) {
      values = values.on(name, more);
      return this;
    }

    Program of(Opcode opcode, int mode, long... fcsr) {
      int bits = opcode.match() | 10 << 7 | 11 << 15;
      if (opcode.format().has(Operand.FS2)) {
        bits |= 12 << 20;
      }
      if (opcode.format().has(Operand.FS3)) {
        bits |= 13 << 27;
      }
      if (opcode.format().isRounded()) {
        bits |= mode << 12;
      }
      String title =
          mode == 5 || mode == 6
              ? opcode.mnemonic() + " in reserved rounding mode " + mode
              : Disassembler.text(Decoder.decode(bits), State.SLOT).replace('\t', ' ');
      Program all = values.on("fcsr", fcsr);
      return new Program(title, ".4byte 0x%08x".formatted(bits), all.values());
    }
  }
}
