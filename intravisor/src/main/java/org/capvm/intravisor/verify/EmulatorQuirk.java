package org.capvm.intravisor.verify;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.isa.Family;

/**
 * Behaviours of the reference emulator that the ISA does not ask for, and that Capvm does not have.
 * A case whose result differs is set aside where its file names the quirk, or where the file has no
 * names and the quirk is what the case is about.
 */
enum EmulatorQuirk {
  SC_LOAD_PERM(
      "an integer SC checks LOAD and not STORE: a hole; STORE is checked",
      c ->
          c.isStoreConditionalOfInteger()
              && !c.authority().permits(Permissions.LOAD | Permissions.STORE)),
  STORECAP_UNTAGGED(
      "SC.C and AMOSWAP.C need STORE_CAP for untagged values, SC does not: nor do they",
      c ->
          c.storesCapabilityAtomically()
              && !c.stored().isTagged()
              && !c.authority().permits(Permissions.STORE_CAPABILITY)),
  STORELOCAL_REG(
      "a missing STORE_LOCAL_CAP is reported for the value's register: it is the authority's",
      c ->
          c.storesCapabilityAtomically()
              && !c.authority().permits(Permissions.STORE_LOCAL_CAPABILITY)
              && !c.stored().permits(Permissions.GLOBAL)),
  LRC_MISALIGNED(
      "a misaligned LR.C is reported as a store: it is a load",
      c -> c.isLoadReservedOfCapability() && c.expected("cause=6") && c.got("cause=4")),
  AMO_FAULT(
      "an access fault of an AMO is reported as a load: it is a store (privileged ISA, 3.1.15)",
      c -> c.isAtomic() && c.expected("cause=5") && c.got("cause=7")),
  SCR_PRIV(
      "CSpecialRW without privilege is a capability fault: it is an illegal instruction",
      c ->
          c.expectedViolation(CapabilityCause.ACCESS_SYSTEM_REGISTERS)
              && c.last().opcode().family() == Family.CAPABILITY_SPECIAL
              && c.got("cause=2")),
  CSR_ASR_REG(
      "a CSR access without ACCESS_SYSTEM_REGISTERS is reported for c0: it is PCC that lacks it",
      c -> c.last().opcode().family() == Family.CSR && c.expected("tval=18") && c.got("tval=418")),
  JUMP_GLOBAL(
      "jumps need GLOBAL of their target: the ISA does not ask for it",
      c -> c.expectedViolation(CapabilityCause.GLOBAL)),
  CAPABILITY_FAULT_ADDRESS(
      "an access fault of a capability is reported 8 bytes above its address, where it starts",
      c -> c.accessesCapability() && c.isReportedAbove(Long.BYTES));

  private static final Map<String, EmulatorQuirk> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(EmulatorQuirk::quirk, Function.identity()));

  private final String decision;
  private final Predicate<QuirkSubject> about;

  EmulatorQuirk(String decision, Predicate<QuirkSubject> about) {
    this.decision = decision;
    this.about = about;
  }

  /** What the emulator does, and what Capvm does instead. */
  String decision() {
    return decision;
  }

  /** The name in vector files. */
  String quirk() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The quirk that explains why a result is not the expected one, or null.
   *
   * @param named whether the file of the case names quirks at all
   */
  static EmulatorQuirk of(VectorCase c, Set<String> got, boolean named) {
    for (String name : c.quirks()) {
      if (BY_NAME.containsKey(name)) {
        return BY_NAME.get(name);
      }
    }
    if (named) {
      return null;
    }
    QuirkSubject subject = new QuirkSubject(c, got);
    return Stream.of(values()).filter(q -> q.about.test(subject)).findFirst().orElse(null);
  }
}
