package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a guest does with its capabilities, it gets no other bounds or permissions than those
 * that it had, and unseals nothing without authority: random code that does not jump, whose every
 * tagged result, in registers and in memory, lies within one of the capabilities it began with.
 */
class MonotonicityTest {
  private static final int PROGRAMS = 4_000;
  private static final int LENGTH = 60;
  private static final long DATA = 0x8_0000;
  private static final long DATA_SIZE = 1024;
  private static final int REGISTERS = 16;

  /** Where only sealed capabilities lead. */
  private static final long SECRET = 0x9_0000;

  private static final int SECRET_TYPE = 9;
  private static final int OWN_TYPE = 5;

  private static final List<Opcode> OPCODES =
      List.of(Opcode.values()).stream().filter(MonotonicityTest::isUsed).toList();

  private static boolean isUsed(Opcode opcode) {
    return switch (opcode.family()) {
      case CAPABILITY_MODIFY, CAPABILITY_QUERY, CAPABILITY_LOAD, CAPABILITY_STORE -> true;
      case CAPABILITY_ATOMIC, CAPABILITY_LOAD_RESERVED, CAPABILITY_STORE_CONDITIONAL -> true;
      case EXPLICIT_LOAD, EXPLICIT_STORE, ALU_IMMEDIATE, LOAD, STORE, ATOMIC -> true;
      default -> false;
    };
  }

  private static Capability part(long start, long length, int permissions) {
    return Capability.ROOT.withAddress(start).withLength(length).withPermissions(permissions);
  }

  private static final int READ_WRITE =
      Permissions.GLOBAL
          | Permissions.LOAD
          | Permissions.STORE
          | Permissions.LOAD_CAPABILITY
          | Permissions.STORE_CAPABILITY
          | Permissions.STORE_LOCAL_CAPABILITY;

  private static final List<Capability> INITIAL =
      List.of(
          part(DATA, DATA_SIZE, READ_WRITE),
          part(DATA + 128, 256, READ_WRITE & ~Permissions.GLOBAL),
          part(DATA, 64, Permissions.LOAD),
          part(DATA + 512, 64, Permissions.STORE | Permissions.GLOBAL),
          // Seals and unseals with one type of its own.
          part(OWN_TYPE, 1, Permissions.SEAL | Permissions.UNSEAL),
          part(SECRET, 64, READ_WRITE).withType(SECRET_TYPE),
          part(SECRET + 256, 64, READ_WRITE | Permissions.EXECUTE).withType(ObjectType.SENTRY));

  private static final Capability CODE =
      part(Machine.CODE, 0x6_0000, Permissions.EXECUTE | Permissions.LOAD);

  @ParameterizedTest
  @CsvSource({
    "INTERPRETED, false, 1",
    "INTERPRETED, true, 2",
    "TRANSLATED, false, 3",
    "TRANSLATED, true, 4",
  })
  void nothingIsGained(Engine engine, boolean capabilityMode, long seed) {
    Random random = new Random(seed);
    int tagged = 0;
    int programs = engine == Engine.TRANSLATED ? PROGRAMS / 20 : PROGRAMS;
    Machine machine = new Machine(capabilityMode);
    for (int n = 0; n < programs; n++) {
      if (n % 500 == 0) {
        machine = new Machine(capabilityMode);
      }
      Words words = new Words();
      for (int k = 0; k < LENGTH; k++) {
        words.word(instruction(random));
      }
      Machine.Code code = machine.place(words.end().list(), engine);
      Hart h = machine.hart(code, INITIAL.get(0), CODE);
      for (int x = 1; x < REGISTERS; x++) {
        Capability c = INITIAL.get(random.nextInt(INITIAL.size()));
        boolean fits = !c.isSealed() && random.nextBoolean();
        h.capabilities.set(x, fits ? c.withAddress(c.base() + 16L * random.nextInt(4)) : c);
      }
      for (int attempt = 0; attempt < LENGTH; attempt++) {
        Machine.run(code, h);
        if (Machine.isAtEnd(h)) {
          break;
        }
        h.pc += 4; // The attacker handles the fault, and goes on behind it.
      }
      String name = "seed %d program %d".formatted(seed, n);
      for (int x = 1; x < 32; x++) {
        tagged += check(h.capabilities.get(x), name + " c" + x);
      }
      for (long at = DATA; at < DATA + DATA_SIZE; at += Capability.SIZE) {
        tagged += check(machine.window.tags().load(at), name + " memory " + Long.toHexString(at));
      }
    }
    assertTrue(tagged > programs * 2, "only " + tagged + " tagged results");
  }

  private static int instruction(Random random) {
    Opcode opcode = OPCODES.get(random.nextInt(OPCODES.size()));
    if (!opcode.format().has(Operand.CD) && random.nextInt(4) != 0) {
      return instruction(random); // Integers only take tags away.
    }
    int word = opcode.match() | random.nextInt() & ~opcode.mask();
    // Registers below 16 and small offsets, so that much succeeds.
    word &= ~(16 << 7 & ~opcode.mask() | 16 << 15 & ~opcode.mask() | 16 << 20 & ~opcode.mask());
    boolean offset =
        opcode.family().name().endsWith("LOAD") || opcode.family().name().endsWith("STORE");
    return offset ? word & ~(0x7c << 25 & ~opcode.mask()) : word;
  }

  private static int check(Capability c, String where) {
    if (!c.isTagged()) {
      return 0;
    }
    List<Capability> sources = new ArrayList<>(INITIAL);
    sources.add(CODE);
    boolean derived =
        sources.stream()
            .anyMatch(
                s ->
                    s.coversBoundsOf(c)
                        && s.permits(c.permissions())
                        && (!s.isSealed() || s.type() == c.type() && s.address() == c.address())
                        && (s.isSealed() || mayHaveType(c)));
    assertTrue(derived, () -> where + " holds " + c.notation() + " " + c);
    return 1;
  }

  /** Types that the guest can give to what it holds. */
  private static boolean mayHaveType(Capability c) {
    return !c.isSealed() || c.isSentry() || c.type() == OWN_TYPE;
  }
}
