package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.function.UnaryOperator;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jumps out of PCC, and into compartments by other ways than their doors. */
class TransferTest {
  /** Bytes that PCC covers, from the code's entry on: eight instructions. */
  private static final long CODE_SIZE = 32;

  private static final int TYPE = 7;
  private static final Capability ALL = Capability.ROOT;

  /** Executes one instruction at the start of PCC; it must not get anywhere. */
  private static void assertRefused(
      Engine engine, boolean capabilityMode, Words words, Capability c, CapabilityCause cause) {
    assertRefused(engine, capabilityMode, words, c, Capability.NULL, cause);
  }

  private static void assertRefused(
      Engine engine,
      boolean capabilityMode,
      Words words,
      Capability first,
      Capability second,
      CapabilityCause cause) {
    Machine machine = new Machine(capabilityMode);
    Machine.Code code = machine.place(words.end().list(), engine);
    Capability pcc = ALL.withAddress(code.entry()).withLength(CODE_SIZE);
    Hart h = machine.hart(code, ALL, pcc);
    h.capabilities.set(10, first);
    h.capabilities.set(11, second);
    h.capabilities.setInteger(1, 0x55);
    Trap trap = Machine.run(code, h);
    Trap.Capability refused = assertInstanceOf(Trap.Capability.class, trap);
    assertEquals(cause, refused.fault().violation());
    assertEquals(code.entry(), h.pc);
    assertEquals(pcc.base(), h.capabilities.pccBounds().base());
    assertEquals(Capability.integer(0x55), h.capabilities.get(1), "the link");
    assertEquals(0, h.x31, "the data of a compartment");
  }

  private static Capability integer(long value) {
    return Capability.integer(value);
  }

  @ParameterizedTest
  @EnumSource
  void outOfPcc(Engine engine) {
    for (long to : new long[] {Machine.CODE - 2, Machine.CODE + CODE_SIZE, 0, -1, 1L << 63}) {
      assertRefused(
          engine, false, new Words().i(Opcode.JALR, 1, 10, 0), integer(to), CapabilityCause.LENGTH);
    }
    int forward = (int) CODE_SIZE;
    for (boolean mode : new boolean[] {false, true}) {
      assertRefused(
          engine,
          mode,
          new Words().word(Opcode.JAL.match() | 1 << 7 | forward << 20),
          Capability.NULL,
          CapabilityCause.LENGTH);
      assertRefused(
          engine,
          mode,
          new Words().word(Opcode.BEQ.match() | 1 << 25), // beq zero, zero, 32
          Capability.NULL,
          CapabilityCause.LENGTH);
      assertRefused(
          engine,
          mode,
          new Words().word(Opcode.BEQ.match() | 0xff << 24 | 0xf << 8 | 1 << 7), // -2 or below
          Capability.NULL,
          CapabilityCause.LENGTH);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fallingThrough(Engine engine) {
    Machine machine = new Machine(false);
    Words words = new Words();
    for (int n = 0; n < 12; n++) {
      words.i(Opcode.ADDI, 5, 5, 1);
    }
    Machine.Code code = machine.place(words.end().list(), engine);
    Hart h = machine.hart(code, ALL, ALL.withAddress(code.entry()).withLength(CODE_SIZE));
    Trap.Capability refused = assertInstanceOf(Trap.Capability.class, Machine.run(code, h));
    assertEquals(CapabilityCause.LENGTH, refused.fault().violation());
    assertEquals(code.entry() + CODE_SIZE, h.pc);
    assertEquals(CODE_SIZE / 4, h.x5);
  }

  private static Capability target() {
    return ALL.withAddress(Machine.CODE + 0x1000).withLength(64);
  }

  private static Capability target(UnaryOperator<Capability> change) {
    return change.apply(target());
  }

  @ParameterizedTest
  @EnumSource
  void byCapability(Engine engine) {
    for (boolean mode : new boolean[] {false, true}) {
      Words jump = new Words().unary(Opcode.JALR_CAP, 1, 10);
      assertRefused(engine, mode, jump, target(Capability::untagged), CapabilityCause.TAG);
      jump = new Words().unary(Opcode.JALR_CAP, 1, 10);
      assertRefused(engine, mode, jump, target(c -> c.withType(TYPE)), CapabilityCause.SEAL);
      jump = new Words().unary(Opcode.JALR_CAP, 1, 10);
      int noExecute = Permissions.ALL & ~Permissions.EXECUTE;
      assertRefused(
          engine, mode, jump, target(c -> c.withPermissions(noExecute)), CapabilityCause.EXECUTE);
      jump = new Words().unary(Opcode.JALR_CAP, 1, 10);
      assertRefused(
          engine, mode, jump, target(c -> c.withAddress(c.base() + 64)), CapabilityCause.LENGTH);
    }
    // A sentry is entered at its address and nowhere else.
    Words beside = new Words().i(Opcode.JALR, 1, 10, 4);
    Capability sentry = target(c -> c.withType(ObjectType.SENTRY));
    assertRefused(engine, true, beside, sentry, CapabilityCause.SEAL);
  }

  @ParameterizedTest
  @EnumSource
  void invocations(Engine engine) {
    Capability code = target(c -> c.withType(TYPE));
    int noExecute = Permissions.ALL & ~Permissions.EXECUTE;
    Capability data = ALL.withAddress(0x8_0000).withLength(64).withPermissions(noExecute);
    Capability sealed = data.withType(TYPE);
    assertInvocationRefused(engine, code, data.withType(TYPE + 1), CapabilityCause.TYPE);
    assertInvocationRefused(engine, code.untagged(), sealed, CapabilityCause.TAG);
    assertInvocationRefused(engine, code, sealed.untagged(), CapabilityCause.TAG);
    assertInvocationRefused(engine, target(), sealed, CapabilityCause.SEAL);
    assertInvocationRefused(engine, code, data, CapabilityCause.SEAL);
    Capability sentry = target(c -> c.withType(ObjectType.SENTRY));
    assertInvocationRefused(engine, sentry, sealed, CapabilityCause.SEAL);
    assertInvocationRefused(engine, code, code, CapabilityCause.EXECUTE);
    assertInvocationRefused(engine, sealed, sealed, CapabilityCause.EXECUTE);
    int noInvoke = Permissions.ALL & ~Permissions.INVOKE;
    assertInvocationRefused(engine, code.withPermissions(noInvoke), sealed, CapabilityCause.INVOKE);
    assertInvocationRefused(engine, code, sealed.withPermissions(noInvoke), CapabilityCause.INVOKE);
    Capability outside = target().withAddress(target().base() + 64).withType(TYPE);
    assertInvocationRefused(engine, outside, sealed, CapabilityCause.LENGTH);
  }

  private static void assertInvocationRefused(
      Engine engine, Capability code, Capability data, CapabilityCause cause) {
    for (boolean mode : new boolean[] {false, true}) {
      Words invoke = new Words().r(Opcode.CINVOKE, 0, 10, 11);
      assertRefused(engine, mode, invoke, code, data, cause);
    }
  }
}
