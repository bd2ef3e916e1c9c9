package org.capvm.runtime.interpreter;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;

/**
 * Jumps under PCC. A target is checked at the jump, for the shortest instruction, so that a fault
 * is the jump's own; nothing has changed then.
 */
final class CapabilityJumps {
  private static final int SHORTEST = 2;

  private CapabilityJumps() {}

  /** A taken branch. */
  static void relative(Hart h, Instruction i) {
    long target = h.pc + i.immediate();
    requireTarget(h.capabilities.pccBounds(), target);
    h.pc = target;
  }

  /** JAL: a branch with a link. */
  static void jal(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability pcc = registers.pccBounds();
    long target = h.pc + i.immediate();
    requireTarget(pcc, target);
    long next = h.pc + i.length();
    if (pcc.isCapabilityMode()) {
      require((pcc.base() & 1) == 0, CapabilityCause.UNALIGNED_BASE, CapabilityFault.PCC);
      registers.set(i.rd(), sentry(pcc, next));
    } else {
      registers.setInteger(i.rd(), integerLink(registers, next));
    }
    h.pc = target;
  }

  /** JALR in integer mode, and JALR.PCC: within PCC. */
  static void jalrInteger(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    long target = integerTarget(registers, h.x(i.rs1()) + i.immediate());
    registers.setInteger(i.rd(), integerLink(registers, h.pc + i.length()));
    h.pc = target;
  }

  /** JALR in capability mode, and JALR.CAP: the register becomes PCC. */
  static void jalrCapability(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability target = entered(registers.get(i.rs1()), i.rs1(), i.immediate());
    Capability link = sentry(registers.pccBounds(), h.pc + i.length());
    registers.setPcc(target);
    registers.set(i.rd(), link);
  }

  /** CInvoke: enters a sealed pair of code and data. */
  static void invoke(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability data = registers.get(i.rs2());
    registers.setPcc(invoked(registers.get(i.rs1()), i.rs1(), data, i.rs2()));
    registers.set(31, data.unsealed());
  }

  /** The absolute address that JALR in integer mode goes to, checked. */
  static long integerTarget(CapabilityRegisters registers, long to) {
    Capability pcc = registers.pccBounds();
    long start = registers.dialect().relocates() ? pcc.base() : 0;
    long target = start + (to & -2);
    requireTarget(pcc, target);
    return target;
  }

  /** The link of jumps in integer mode. */
  static long integerLink(CapabilityRegisters registers, long next) {
    long start = registers.dialect().relocates() ? registers.pccBounds().base() : 0;
    return next - start;
  }

  /** The PCC that JALR in capability mode gives, checked. */
  static Capability entered(Capability c, int r1, long offset) {
    long target = c.address() + offset;
    boolean entry = c.isSentry() && target == c.address() && (target & 1) == 0;
    require(c.isTagged(), CapabilityCause.TAG, r1);
    require(!c.isSealed() || entry, CapabilityCause.SEAL, r1);
    require(c.permits(Permissions.EXECUTE), CapabilityCause.EXECUTE, r1);
    require(c.covers(target & -2, SHORTEST), CapabilityCause.LENGTH, r1);
    require((c.base() & 1) == 0, CapabilityCause.UNALIGNED_BASE, r1);
    return c.unsealed().withAddress(target & -2);
  }

  /**
   * Whether a jump to a sentry is allowed and changes nothing of PCC but the address, as between
   * functions of one program.
   *
   * @param held the sentry, but for its address
   */
  static boolean staysInPcc(CapabilityRegisters registers, Capability held, long address) {
    return held.isSameSentry(registers.sentry())
        && held.permits(Permissions.EXECUTE)
        && ((held.base() | address) & 1) == 0
        && held.covers(address, SHORTEST);
  }

  /** The PCC that CInvoke gives, checked. */
  static Capability invoked(Capability code, int r1, Capability data, int r2) {
    require(code.isTagged(), CapabilityCause.TAG, r1);
    require(data.isTagged(), CapabilityCause.TAG, r2);
    require(ObjectType.isOrdinary(code.type()), CapabilityCause.SEAL, r1);
    require(ObjectType.isOrdinary(data.type()), CapabilityCause.SEAL, r2);
    require(code.type() == data.type(), CapabilityCause.TYPE, r1);
    require(code.permits(Permissions.INVOKE), CapabilityCause.INVOKE, r1);
    require(data.permits(Permissions.INVOKE), CapabilityCause.INVOKE, r2);
    require(code.permits(Permissions.EXECUTE), CapabilityCause.EXECUTE, r1);
    require(!data.permits(Permissions.EXECUTE), CapabilityCause.EXECUTE, r2);
    long target = code.address() & -2;
    require(code.covers(target, SHORTEST), CapabilityCause.LENGTH, r1);
    require((code.base() & 1) == 0, CapabilityCause.UNALIGNED_BASE, r1);
    return code.unsealed().withAddress(target);
  }

  /** The link of jumps in capability mode. */
  static Capability sentry(Capability pcc, long next) {
    return pcc.withAddress(next).withType(ObjectType.SENTRY);
  }

  /** Checks the target of a jump that stays within PCC. */
  static void requireTarget(Capability pcc, long target) {
    require(pcc.covers(target, SHORTEST), CapabilityCause.LENGTH, CapabilityFault.PCC);
  }

  private static void require(boolean condition, CapabilityCause cause, int register) {
    if (!condition) {
      throw new CapabilityFault(cause, register);
    }
  }
}
