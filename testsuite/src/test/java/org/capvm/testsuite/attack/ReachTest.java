package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every load and store, at the addresses where arithmetic goes wrong and with the immediates at the
 * ends of their range, under a capability of a part of the window and under one of everything, when
 * only the window is left to stop it. An access happens if and only if all its bytes are within
 * both; one that does not leaves memory and registers alone.
 */
class ReachTest {
  private static final long BASE = 0x8_0000;
  private static final long LENGTH = 2048;
  private static final int POINTER = 10;
  private static final int VALUE = 11;
  private static final byte PATTERN = 0x5a;
  private static final List<Integer> IMMEDIATES = List.of(-2048, -1, 0, 2047);

  private static final Capability PART = Capability.ROOT.withAddress(BASE).withLength(LENGTH);

  private static Set<Long> addresses() {
    Set<Long> all = new LinkedHashSet<>(List.of(0L, -1L));
    for (long near : new long[] {1L << 31, 1L << 32, 1L << 63, Window.LOW, Machine.SIZE}) {
      for (long k : new long[] {0, 1, 8, 16, 2048}) {
        all.add(near + k);
        all.add(near - k);
      }
    }
    for (long end : new long[] {BASE, BASE + LENGTH}) {
      for (long n : new long[] {0, 1, 2, 4, 8, 16, 64}) {
        all.add(end - n);
      }
    }
    for (int immediate : IMMEDIATES) {
      all.add(BASE - immediate);
      all.add(BASE - 1 - immediate);
      all.add(BASE + LENGTH - 16 - immediate);
      all.add(BASE + LENGTH - 1 - immediate);
    }
    return all;
  }

  private static boolean accessesMemory(Opcode opcode) {
    return switch (opcode.family()) {
      case LOAD, STORE, FLOAT_LOAD, FLOAT_STORE, ATOMIC, LOAD_RESERVED, STORE_CONDITIONAL -> true;
      case CAPABILITY_LOAD, CAPABILITY_STORE, CAPABILITY_ATOMIC, CAPABILITY_LOAD_TAGS -> true;
      case CAPABILITY_LOAD_RESERVED, CAPABILITY_STORE_CONDITIONAL -> true;
      case EXPLICIT_LOAD, EXPLICIT_STORE -> true;
      case EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE_CONDITIONAL -> true;
      default -> false;
    };
  }

  /** Bytes that an instruction accesses, from its name. */
  private static int size(Opcode opcode) {
    return switch (opcode) {
      case CLOADTAGS -> 64;
      case LC, SC, LR_C, SC_C, AMOSWAP_C -> 16;
      default -> {
        String name = opcode.name().replaceFirst("_(DDC|CAP)$", "").replaceFirst("U$", "");
        yield switch (name.charAt(name.length() - 1)) {
          case 'B' -> 1;
          case 'H' -> 2;
          case 'W' -> 4;
          case 'D' -> 8;
          case 'C' -> 16;
          default -> throw new IllegalArgumentException(name);
        };
      }
    };
  }

  private static int word(Opcode opcode, int immediate) {
    int word = opcode.match() | POINTER << 15;
    boolean stores =
        opcode.format().has(Operand.RS2)
            || opcode.format().has(Operand.CS2)
            || opcode.format().has(Operand.FS2);
    if (stores) {
      word |= VALUE << 20;
    }
    if (opcode.format().has(Operand.RD)
        || opcode.format().has(Operand.CD)
        || opcode.format().has(Operand.FD)) {
      word |= VALUE << 7;
    }
    if (opcode.format().has(Operand.ADDRESS)) {
      word |= stores ? (immediate & 31) << 7 | immediate >> 5 << 25 : immediate << 20;
    }
    return word;
  }

  private record Case(Opcode opcode, int immediate, Machine.Code code) {}

  @ParameterizedTest
  @CsvSource({
    "INTERPRETED, false, part", "INTERPRETED, true, part",
    "TRANSLATED, false, part", "TRANSLATED, true, part",
    "INTERPRETED, false, everything", "INTERPRETED, true, everything",
    "TRANSLATED, false, everything", "TRANSLATED, true, everything",
  })
  void everyAccess(Engine engine, boolean capabilityMode, String authority) {
    Machine machine = new Machine(capabilityMode);
    Capability allowed = authority.equals("part") ? PART : Capability.ROOT;
    List<Case> cases = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (accessesMemory(opcode)) {
        boolean immediate = opcode.format().has(Operand.ADDRESS);
        for (int i : immediate ? IMMEDIATES : List.of(0)) {
          int word = word(opcode, i);
          cases.add(new Case(opcode, i, machine.place(List.of(word, Words.EBREAK), engine)));
        }
      }
    }
    byte[] pattern = new byte[(int) (Machine.SIZE - BASE)];
    Arrays.fill(pattern, PATTERN);
    machine.window.write(BASE, MemorySegment.ofArray(pattern));
    int happened = 0;
    int refused = 0;
    for (Case each : cases) {
      for (long address : addresses()) {
        if (attempt(machine, each, address, allowed)) {
          happened++;
        } else {
          refused++;
        }
      }
    }
    assertTrue(happened > cases.size() && refused > 20 * cases.size(), happened + " " + refused);
    if (allowed == PART) {
      assertUntouched(machine);
    }
  }

  /** Nothing above the part was written. */
  private static void assertUntouched(Machine machine) {
    long above = BASE + LENGTH;
    byte[] bytes =
        machine.window.segment(above, Machine.SIZE - above).toArray(ValueLayout.JAVA_BYTE);
    for (byte each : bytes) {
      assertEquals(PATTERN, each);
    }
  }

  private static boolean attempt(Machine machine, Case c, long address, Capability allowed) {
    Hart h = machine.hart(c.code(), allowed);
    Capability pointer = allowed.withAddress(address);
    h.capabilities.set(POINTER, pointer);
    h.capabilities.setInteger(VALUE, 0x77);
    h.f(VALUE, 0x78);
    boolean byRegister = isAuthorisedByRegister(machine, c.opcode());
    Capability authority = byRegister ? pointer : allowed;
    long at = address + c.immediate();
    int size = size(c.opcode());
    String what = c.opcode() + " of " + Long.toHexString(address) + " + " + c.immediate();
    // SC without a reservation only judges, and does nothing.
    boolean within = authority.isTagged() && covers(authority, at, size) && inWindow(at, size);
    boolean conditional = c.opcode().family().name().endsWith("STORE_CONDITIONAL");
    Trap trap = Machine.run(c.code(), h);
    boolean happened = trap instanceof Trap.Breakpoint;
    if (!within && !(conditional && covers(authority, at, size))) {
      assertTrue(!happened, what);
      assertEquals(c.code().entry(), h.pc, what);
      assertEquals(0x77, h.x(VALUE), what);
      assertEquals(0x78, h.f(VALUE), what);
    } else if ((at & size - 1) == 0) {
      assertTrue(happened, () -> what + ": " + trap);
    }
    return happened;
  }

  private static boolean isAuthorisedByRegister(Machine machine, Opcode opcode) {
    return switch (opcode.family()) {
      case EXPLICIT_LOAD, EXPLICIT_STORE, EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE_CONDITIONAL ->
          opcode.name().endsWith("_CAP");
      case CAPABILITY_LOAD_TAGS -> true;
      default -> machine.isCapabilityMode();
    };
  }

  private static boolean covers(Capability c, long at, int size) {
    BigInteger first = new BigInteger(Long.toUnsignedString(at));
    BigInteger base = new BigInteger(Long.toUnsignedString(c.base()));
    BigInteger top =
        new BigInteger(Long.toUnsignedString(c.top()))
            .add(BigInteger.valueOf(c.topCarry()).shiftLeft(64));
    return c.isTagged()
        && first.compareTo(base) >= 0
        && first.add(BigInteger.valueOf(size)).compareTo(top) <= 0;
  }

  private static boolean inWindow(long at, int size) {
    return at >= Window.LOW && at <= Machine.SIZE - size;
  }
}
