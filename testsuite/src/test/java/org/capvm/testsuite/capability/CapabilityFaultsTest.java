package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The cause, register, pc and address of faults at the edges of what a capability allows, in both
 * engines. All code is pure-capability; {@code ca0} is the authority, {@code ca1} what is loaded or
 * stored.
 */
class CapabilityFaultsTest {
  private static final long CODE = 0x20000;
  private static final long DATA = 0x80000;
  private static final int EBREAK = 0x0010_0073;
  private static final int NOP = 0x13;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final String NONE = "none";

  private static final Capability WHOLE = Capability.ROOT.withAddress(DATA);
  private static final Capability GRANULE = WHOLE.withLength(16);

  /** The last granule of the address space; its top is 2^64. */
  private static final Capability LAST = Capability.ROOT.withAddress(-16).withLength(16);

  private final Window window = new Window(1 << 20, true);

  CapabilityFaultsTest() {
    int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(Window.LOW, window.size() - Window.LOW, all);
  }

  @AfterEach
  void close() {
    window.close();
  }

  // Instructions -------------------------------------------------------------------------------

  private static int load(int opcode, int funct3, int offset) {
    return offset << 20 | A0 << 15 | funct3 << 12 | A1 << 7 | opcode;
  }

  private static int lb(int offset) {
    return load(0x03, 0, offset);
  }

  private static int ld(int offset) {
    return load(0x03, 3, offset);
  }

  private static int lc(int offset) {
    return load(0x0f, 2, offset);
  }

  private static int store(int funct3, int offset) {
    return (offset >> 5) << 25 | A1 << 20 | A0 << 15 | funct3 << 12 | (offset & 31) << 7 | 0x23;
  }

  private static int sd(int offset) {
    return store(3, offset);
  }

  private static int sc(int offset) {
    return store(4, offset);
  }

  private static int jump(int distance) {
    return (distance >> 20 & 1) << 31
        | (distance >> 1 & 0x3ff) << 21
        | (distance >> 11 & 1) << 20
        | (distance >> 12 & 0xff) << 12
        | 0x6f;
  }

  /** Taken. */
  private static int branch(int distance) {
    return (distance >> 12 & 1) << 31
        | (distance >> 5 & 0x3f) << 25
        | (distance >> 1 & 0xf) << 8
        | (distance >> 11 & 1) << 7
        | 0x63;
  }

  private static final int JUMP_TO_A0 = A0 << 15 | 0x67;

  // Running ------------------------------------------------------------------------------------

  private static Capability without(Capability c, int permission) {
    return c.withPermissions(Permissions.ALL & ~permission);
  }

  /** What the first of some instructions raises with that authority, the same in both engines. */
  private String fault(Capability authority, int... instructions) {
    return fault(pcc -> pcc, authority, WHOLE, instructions);
  }

  private String fault(
      UnaryOperator<Capability> bounds, Capability authority, Capability value, int... words) {
    long at = CODE;
    for (int word : words) {
      Memory.storeInt(window, at, word);
      at += Integer.BYTES;
    }
    Memory.storeInt(window, at, EBREAK);
    Capability pcc = bounds.apply(Capability.ROOT.withAddress(CODE)).withFlags(1);
    String expected = raised(hart(pcc, authority, value), Optional.empty());
    Optional<ReachableCode> code =
        CapabilityTranslator.find(
            address -> Memory.loadUnsignedShort(window, address), CODE, true, Dialect.XCHERI_V9);
    assertEquals(
        expected, raised(hart(pcc, authority, value), code.map(CapabilityFaultsTest::translated)));
    return expected;
  }

  private Hart hart(Capability pcc, Capability authority, Capability value) {
    Hart h = new Hart(window, null, new GuestFunction[0][], null);
    h.stackSpan = 1;
    h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, pcc, Capability.NULL);
    h.capabilities.set(A0, authority);
    h.capabilities.set(A1, value);
    return h;
  }

  private static GuestFunction translated(ReachableCode code) {
    TranslatedClass made =
        CapabilityTranslator.translate(
            List.of(code), Dialect.XCHERI_V9, TranslatedCode.PACKAGE + ".faults.Code");
    return new TranslatedCode(name -> made.bytes()).resumePoint(made.name(), 0);
  }

  private static String raised(Hart h, Optional<GuestFunction> function) {
    Capability authority = h.capabilities.get(A0);
    Capability value = h.capabilities.get(A1);
    try {
      function.ifPresent(f -> f.call(h));
    } catch (Unwind e) {
      // The next instruction is the interpreter's.
    }
    Trap trap = null;
    while (trap == null) {
      trap = CapabilityInterpreter.step(h);
    }
    String at = h.pc == CODE ? "" : " at +" + (h.pc - CODE);
    if (trap instanceof Trap.Breakpoint) {
      return NONE;
    }
    if (at.isEmpty()) { // Nothing was executed before.
      assertEquals(authority, h.capabilities.get(A0));
      assertEquals(value, h.capabilities.get(A1));
    }
    return switch (trap) {
      case Trap.Capability(var fault) -> fault.getMessage() + at;
      case Trap.Memory(var fault) -> "memory 0x" + Long.toHexString(fault.address()) + at;
      default -> trap + at;
    };
  }

  // Data ---------------------------------------------------------------------------------------

  @Test
  void anUntaggedAuthorityAllowsNothing() {
    assertEquals("tag violation of c10", fault(WHOLE.untagged(), ld(0)));
    assertEquals("tag violation of c10", fault(WHOLE.untagged(), sc(0)));
    assertEquals("tag violation of c10", fault(Capability.integer(DATA), ld(0)));
  }

  @Test
  void aSealedAuthorityAllowsNothing() {
    assertEquals("seal violation of c10", fault(WHOLE.withType(4), ld(0)));
    assertEquals("seal violation of c10", fault(WHOLE.withType(4), sd(0)));
    assertEquals("seal violation of c10", fault(WHOLE.withType(ObjectType.SENTRY), lc(0)));
  }

  @Test
  void everyPermissionIsAskedFor() {
    assertEquals("permit-load violation of c10", fault(without(WHOLE, Permissions.LOAD), ld(0)));
    assertEquals("permit-load violation of c10", fault(without(WHOLE, Permissions.LOAD), lc(0)));
    assertEquals(NONE, fault(without(WHOLE, Permissions.LOAD), sd(0)));
    assertEquals("permit-store violation of c10", fault(without(WHOLE, Permissions.STORE), sd(0)));
    assertEquals("permit-store violation of c10", fault(without(WHOLE, Permissions.STORE), sc(0)));
    assertEquals(NONE, fault(without(WHOLE, Permissions.STORE), ld(0)));
    Capability integersOnly = without(WHOLE, Permissions.STORE_CAPABILITY);
    assertEquals("permit-store-capability violation of c10", fault(integersOnly, sc(0)));
    assertEquals(NONE, fault(integersOnly, sd(0)));
    assertEquals(NONE, fault(p -> p, integersOnly, WHOLE.untagged(), sc(0)));
    Capability globalsOnly = without(WHOLE, Permissions.STORE_LOCAL_CAPABILITY);
    Capability local = without(WHOLE, Permissions.GLOBAL);
    assertEquals(
        "permit-store-local-capability violation of c10", fault(p -> p, globalsOnly, local, sc(0)));
    assertEquals(NONE, fault(globalsOnly, sc(0)));
    assertEquals(NONE, fault(without(WHOLE, Permissions.EXECUTE), ld(0), sd(0), lc(0), sc(0)));
  }

  @Test
  void boundsHoldToTheByte() {
    assertEquals(NONE, fault(GRANULE, ld(0), ld(8), lb(15), sd(8)));
    assertEquals("bounds violation of c10", fault(GRANULE, ld(9)));
    assertEquals("bounds violation of c10", fault(GRANULE, sd(9)));
    assertEquals("bounds violation of c10", fault(GRANULE, lb(16)));
    assertEquals("bounds violation of c10", fault(GRANULE, lb(-1)));
    assertEquals("bounds violation of c10", fault(GRANULE, lc(16)));
    assertEquals("bounds violation of c10 at +4", fault(GRANULE, ld(0), ld(-8)));
  }

  @Test
  void noBytesAreNone() {
    assertEquals("bounds violation of c10", fault(WHOLE.withLength(0), lb(0)));
    assertEquals("bounds violation of c10", fault(WHOLE.withLength(0), sd(0)));
  }

  /** Who may go there finds no memory; a range that wraps round is within no bounds. */
  @Test
  void theEndOfTheAddressSpace() {
    Capability end = Capability.ROOT.withAddress(-8);
    assertEquals("memory 0xfffffffffffffff8", fault(end, ld(0)));
    assertEquals("bounds violation of c10", fault(end, ld(1)));
    assertEquals("bounds violation of c10", fault(end, sd(7)));
    assertEquals("memory 0xffffffffffffffff", fault(end, lb(7)));
    assertEquals("memory 0x0", fault(end, lb(8)));
    assertEquals("memory 0xfffffffffffffff0", fault(LAST, ld(0)));
    assertEquals("memory 0xfffffffffffffff8", fault(LAST, sd(8)));
    assertEquals("bounds violation of c10", fault(LAST, ld(9)));
    assertEquals("bounds violation of c10", fault(LAST, lb(16)));
    assertEquals("bounds violation of c10", fault(LAST, lb(-1)));
  }

  // Code ---------------------------------------------------------------------------------------

  private static UnaryOperator<Capability> bytes(long length) {
    return pcc -> pcc.withLength(length);
  }

  @Test
  void jumpsOutOfPccFaultAtTheJump() {
    String refused = "bounds violation of pcc";
    assertEquals(refused, fault(bytes(8), WHOLE, WHOLE, jump(8), NOP, NOP));
    assertEquals(refused, fault(bytes(8), WHOLE, WHOLE, jump(-4), NOP, NOP));
    assertEquals(refused, fault(bytes(8), WHOLE, WHOLE, branch(8), NOP, NOP));
    assertEquals(refused + " at +4", fault(bytes(8), WHOLE, WHOLE, NOP, branch(4), NOP));
    assertEquals(NONE, fault(bytes(12), WHOLE, WHOLE, jump(8), NOP));
  }

  @Test
  void fallingOutOfPccFaultsBehindIt() {
    assertEquals(
        "bounds violation of pcc at +8", fault(bytes(8), WHOLE, WHOLE, NOP, NOP, NOP, NOP));
    // Half of an instruction within PCC is not enough.
    assertEquals("bounds violation of pcc at +4", fault(bytes(6), WHOLE, WHOLE, NOP, NOP, NOP));
  }

  @Test
  void whatIsJumpedToHasToBeCode() {
    Capability code = Capability.ROOT.withAddress(CODE + 4);
    assertEquals(NONE, fault(code, JUMP_TO_A0));
    assertEquals("tag violation of c10", fault(code.untagged(), JUMP_TO_A0));
    assertEquals("seal violation of c10", fault(code.withType(4), JUMP_TO_A0));
    assertEquals(
        "permit-execute violation of c10", fault(without(code, Permissions.EXECUTE), JUMP_TO_A0));
    assertEquals("bounds violation of c10", fault(code.withLength(0), JUMP_TO_A0));
    assertEquals("bounds violation of c10", fault(code.withLength(1), JUMP_TO_A0));
  }
}
