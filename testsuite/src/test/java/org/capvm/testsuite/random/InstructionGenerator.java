package org.capvm.testsuite.random;

import static org.capvm.testsuite.random.Registers.BUFFER;
import static org.capvm.testsuite.random.Registers.SP;
import static org.capvm.testsuite.random.Registers.TEMPORARY;
import static org.capvm.testsuite.random.Registers.TEMPORARY_2;
import static org.capvm.testsuite.random.Registers.ZERO;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.assembler.Code;

/** Generates statements without control flow over the registers of one function. */
final class InstructionGenerator {
  private static final int DYNAMIC = 7;
  private static final int FFLAGS = 1;
  private static final int FRM = 2;
  private static final int FCSR = 3;

  /** How often a family is chosen, relative to the others. */
  private static final Map<Family, Integer> WEIGHTS = weights();

  private static final List<Family> CHOICES = choices();

  private static final Map<Family, List<Opcode>> OPCODES = opcodes();

  private final Random random;
  private final List<Integer> registers;
  private final List<Integer> floats;
  private final int locals;

  InstructionGenerator(Random random, List<Integer> registers, List<Integer> floats, int locals) {
    this.random = random;
    this.registers = registers;
    this.floats = floats;
    this.locals = locals;
  }

  private static Map<Family, Integer> weights() {
    Map<Family, Integer> weights = new EnumMap<>(Family.class);
    weights.put(Family.UPPER_IMMEDIATE, 2);
    weights.put(Family.ALU_IMMEDIATE, 12);
    weights.put(Family.ALU_IMMEDIATE_WORD, 6);
    weights.put(Family.ALU_REGISTER, 12);
    weights.put(Family.ALU_REGISTER_WORD, 6);
    weights.put(Family.MULTIPLY, 4);
    weights.put(Family.DIVIDE, 3);
    weights.put(Family.LOAD, 14);
    weights.put(Family.STORE, 12);
    weights.put(Family.ATOMIC, 3);
    weights.put(Family.FLOAT_LOAD, 3);
    weights.put(Family.FLOAT_STORE, 3);
    weights.put(Family.FLOAT_ARITHMETIC, 6);
    weights.put(Family.FLOAT_FUSED, 3);
    weights.put(Family.FLOAT_SIGN, 2);
    weights.put(Family.FLOAT_MINIMUM_MAXIMUM, 2);
    weights.put(Family.FLOAT_COMPARE, 2);
    weights.put(Family.FLOAT_CLASSIFY, 1);
    weights.put(Family.FLOAT_CONVERT, 4);
    weights.put(Family.FLOAT_MOVE, 2);
    weights.put(Family.FENCE, 1);
    weights.put(Family.CSR, 3);
    return weights;
  }

  private static List<Family> choices() {
    List<Family> choices = new ArrayList<>();
    WEIGHTS.forEach(
        (family, weight) -> {
          for (int i = 0; i < weight; i++) {
            choices.add(family);
          }
        });
    return List.copyOf(choices);
  }

  private static Map<Family, List<Opcode>> opcodes() {
    Map<Family, List<Opcode>> opcodes = new EnumMap<>(Family.class);
    for (Opcode opcode : Opcode.values()) {
      opcodes.computeIfAbsent(opcode.family(), family -> new ArrayList<>()).add(opcode);
    }
    return opcodes;
  }

  /** A statement of a random family. */
  Statement statement() {
    Family family = CHOICES.get(random.nextInt(CHOICES.size()));
    if (family == Family.ATOMIC && random.nextInt(3) == 0) {
      return random.nextBoolean() ? reservation() : singleReservation();
    }
    if (family == Family.STORE && random.nextInt(3) == 0) {
      return new Statement.Plain(
          overlap(opcode(random.nextInt(4) == 0 ? Family.FLOAT_STORE : family)));
    }
    return new Statement.Plain(
        switch (family) {
          case LOAD, STORE, FLOAT_LOAD, FLOAT_STORE -> access(opcode(family));
          case ATOMIC -> atomic(opcode(family));
          case CSR -> csr();
          case FENCE -> List.of(fence());
          default -> List.of(computation(opcode(family)));
        });
  }

  private Opcode opcode(Family family) {
    List<Opcode> opcodes = OPCODES.get(family);
    return opcodes.get(random.nextInt(opcodes.size()));
  }

  /** An integer register with a value. */
  int source() {
    return random.nextInt(16) == 0 ? ZERO : registers.get(random.nextInt(registers.size()));
  }

  private int destination() {
    return random.nextInt(40) == 0 ? ZERO : registers.get(random.nextInt(registers.size()));
  }

  private int floatRegister() {
    return floats.get(random.nextInt(floats.size()));
  }

  /** An instruction that reads registers and writes one. */
  private Code computation(Opcode opcode) {
    boolean fromFloat = opcode.format().name().startsWith("FLOAT");
    boolean toFloat = opcode.format().writesFd();
    int rd = toFloat ? floatRegister() : destination();
    int rs1 = fromFloat ? floatRegister() : source();
    int rs2 = fromFloat ? floatRegister() : source();
    if (!toFloat && !fromFloat && random.nextInt(3) == 0) {
      rs1 = rd; // what the 16-bit forms can do
    }
    int mode = random.nextInt(3) == 0 ? random.nextInt(5) : DYNAMIC;
    return new Code(opcode, rd, rs1, rs2, floatRegister(), immediate(opcode), mode, false);
  }

  private long immediate(Opcode opcode) {
    return switch (opcode.format()) {
      case IMMEDIATE ->
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(-2048, 2048);
            case 1 -> List.of(-2048, -1, 0, 1, 2047).get(random.nextInt(5));
            default -> random.nextInt(-32, 32);
          };
      case SHIFT -> random.nextInt(opcode.mnemonic().endsWith("w") ? 32 : 64);
      case UPPER ->
          (long) (random.nextBoolean() ? random.nextInt() : random.nextInt(64)) << 44 >> 32;
      default -> 0;
    };
  }

  /** A load or store: within the locals, at a fixed place of the buffer, or a computed one. */
  private List<Code> access(Opcode opcode) {
    int kind = random.nextInt(4);
    if (kind == 0 && locals > 0) {
      int size = size(opcode);
      int offset = random.nextInt(locals + 1 - size);
      return List.of(access(opcode, SP, random.nextInt(3) == 0 ? offset : offset & -size));
    }
    if (kind == 1) {
      // The last ones straddle the end of a page.
      return List.of(access(opcode, BUFFER, random.nextInt(-2048, 2048)));
    }
    List<Code> codes = new ArrayList<>(address(random.nextInt(3) == 0 ? 1023 : 1016));
    codes.add(
        access(opcode, TEMPORARY, random.nextInt(-512, 1000) & (random.nextBoolean() ? -8 : -1)));
    return codes;
  }

  /** A store, and a load of some of its bytes and others, through the same register or another. */
  private List<Code> overlap(Opcode store) {
    Opcode load = opcode(random.nextInt(4) == 0 ? Family.FLOAT_LOAD : Family.LOAD);
    int shift = random.nextInt(1 - size(load), size(store));
    int at = random.nextInt(-2040, 2033);
    if (random.nextBoolean()) {
      return List.of(access(store, BUFFER, at), access(load, BUFFER, at + shift));
    }
    // The same place again, through a register of which only a machine knows what it holds.
    return List.of(
        Code.immediate(Opcode.ADDI, TEMPORARY, BUFFER, at),
        access(store, BUFFER, at),
        access(load, TEMPORARY, shift));
  }

  private Code access(Opcode opcode, int base, long offset) {
    return switch (opcode.family()) {
      case LOAD -> Code.immediate(opcode, destination(), base, offset);
      case STORE -> Code.store(opcode, source(), base, offset);
      case FLOAT_LOAD -> Code.immediate(opcode, floatRegister(), base, offset);
      default -> Code.store(opcode, floatRegister(), base, offset);
    };
  }

  static int size(Opcode opcode) {
    return switch (opcode) {
      case LB, LBU, SB -> 1;
      case LH, LHU, SH -> 2;
      case LW, LWU, SW, FLW, FSW -> 4;
      default -> 8;
    };
  }

  /** Computes an address in the buffer from a register's value. */
  private List<Code> address(int mask) {
    return List.of(
        Code.immediate(Opcode.ANDI, TEMPORARY, source(), mask),
        Code.registers(Opcode.ADD, TEMPORARY, BUFFER, TEMPORARY));
  }

  private List<Code> atomic(Opcode opcode) {
    List<Code> codes = new ArrayList<>(address(1016));
    codes.add(ordered(Code.registers(opcode, destination(), TEMPORARY, source())));
    return codes;
  }

  private Statement reservation() {
    boolean wide = random.nextBoolean();
    int loaded = registers.get(random.nextInt(registers.size()));
    List<Code> attempt = new ArrayList<>();
    attempt.add(ordered(Code.registers(wide ? Opcode.LR_D : Opcode.LR_W, loaded, TEMPORARY, 0)));
    if (random.nextBoolean()) {
      attempt.add(Code.immediate(Opcode.ADDI, loaded, loaded, random.nextInt(-8, 8)));
    }
    Opcode store = wide ? Opcode.SC_D : Opcode.SC_W;
    attempt.add(ordered(Code.registers(store, TEMPORARY_2, TEMPORARY, source())));
    return new Statement.Reservation(address(1016), attempt, TEMPORARY_2);
  }

  /**
   * A store-conditional that is not tried again: it succeeds, or it fails because there is no
   * reservation, or one of another address.
   */
  private Statement singleReservation() {
    boolean wide = random.nextBoolean();
    int loaded = registers.get(random.nextInt(registers.size()));
    Code store =
        Code.registers(wide ? Opcode.SC_D : Opcode.SC_W, destination(), TEMPORARY, source());
    List<Code> codes = new ArrayList<>(address(1016));
    codes.add(ordered(Code.registers(wide ? Opcode.LR_D : Opcode.LR_W, loaded, TEMPORARY, 0)));
    switch (random.nextInt(3)) {
      case 0 -> codes.add(Code.immediate(Opcode.ADDI, TEMPORARY, TEMPORARY, 8));
      case 1 -> codes.add(ordered(store));
      default -> {
        // It succeeds.
      }
    }
    codes.add(ordered(store));
    return new Statement.Plain(codes);
  }

  private Code fence() {
    return random.nextInt(4) == 0
        ? Code.registers(Opcode.FENCE_I, 0, 0, 0)
        : Code.immediate(Opcode.FENCE, 0, 0, random.nextInt(256));
  }

  private Code ordered(Code code) {
    return new Code(
        code.opcode(), code.rd(), code.rs1(), code.rs2(), 0, 0, random.nextInt(4), false);
  }

  /** Reads and writes of fcsr and its parts; the rounding mode stays valid. */
  private List<Code> csr() {
    int rd = destination();
    return switch (random.nextInt(10)) {
      case 8 -> List.of(Code.immediate(Opcode.CSRRC, rd, source(), FFLAGS));
      case 9 -> List.of(Code.immediate(Opcode.CSRRSI, rd, random.nextInt(32), FFLAGS));
      case 0 -> List.of(Code.immediate(Opcode.CSRRS, rd, ZERO, FFLAGS));
      case 1 -> List.of(Code.immediate(Opcode.CSRRW, rd, source(), FFLAGS));
      case 2 -> List.of(Code.immediate(Opcode.CSRRCI, rd, random.nextInt(32), FFLAGS));
      case 3 -> List.of(Code.immediate(Opcode.CSRRS, rd, ZERO, FRM));
      case 4 -> List.of(Code.immediate(Opcode.CSRRWI, rd, random.nextInt(5), FRM));
      case 5 ->
          List.of(
              Code.immediate(Opcode.ANDI, TEMPORARY, source(), 3),
              Code.immediate(Opcode.CSRRW, rd, TEMPORARY, FRM));
      case 6 -> List.of(Code.immediate(Opcode.CSRRS, rd, ZERO, FCSR));
      default ->
          List.of(
              Code.immediate(Opcode.ANDI, TEMPORARY, source(), 0x7f),
              Code.immediate(Opcode.CSRRW, rd, TEMPORARY, FCSR));
    };
  }

  /** Gives an integer register a value from the buffer, a constant, or a kept register. */
  Code definition(int register, List<Integer> defined) {
    if (!defined.isEmpty() && random.nextBoolean()) {
      return Code.registers(
          Opcode.ADD, register, ZERO, defined.get(random.nextInt(defined.size())));
    }
    return random.nextInt(3) == 0
        ? Code.immediate(Opcode.ADDI, register, ZERO, random.nextInt(-32, 32))
        : Code.immediate(Opcode.LD, register, BUFFER, random.nextInt(-256, 256) * 8L);
  }

  /** The same for a floating-point register. */
  Code floatDefinition(int register, List<Integer> defined) {
    if (!defined.isEmpty() && random.nextBoolean()) {
      int from = defined.get(random.nextInt(defined.size()));
      return Code.registers(Opcode.FSGNJ_D, register, from, from);
    }
    return Code.immediate(Opcode.FLD, register, BUFFER, random.nextInt(-256, 256) * 8L);
  }
}
