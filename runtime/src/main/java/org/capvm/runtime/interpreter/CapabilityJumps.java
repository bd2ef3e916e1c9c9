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

  /** A taken branch, or JAL. */
  static void relative(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability pcc = registers.pccBounds();
    long target = h.pc + i.immediate();
    requireTarget(pcc, target);
    h.pc = target;
  }

  /** JAL: a branch with a link. */
  static void jal(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability pcc = registers.pccBounds();
    if (pcc.isCapabilityMode()) {
      requireTarget(pcc, h.pc + i.immediate());
      require((pcc.base() & 1) == 0, CapabilityCause.UNALIGNED_BASE, CapabilityFault.PCC);
    }
    long next = h.pc + i.length();
    relative(h, i);
    link(registers, i, next);
  }

  /** JALR in integer mode, and JALR.PCC: within PCC. */
  static void jalrInteger(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability pcc = registers.pccBounds();
    long start = registers.dialect().relocates() ? pcc.base() : 0;
    long target = start + (h.x(i.rs1()) + i.immediate() & -2);
    requireTarget(pcc, target);
    long next = h.pc + i.length();
    h.pc = target;
    linkInteger(registers, i.rd(), next);
  }

  /** JALR in capability mode, and JALR.CAP: the register becomes PCC. */
  static void jalrCapability(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    int r1 = i.rs1();
    Capability c = registers.get(r1);
    long target = c.address() + i.immediate();
    boolean entered = c.isSentry() && target == c.address() && (target & 1) == 0;
    require(c.isTagged(), CapabilityCause.TAG, r1);
    require(!c.isSealed() || entered, CapabilityCause.SEAL, r1);
    require(c.permits(Permissions.EXECUTE), CapabilityCause.EXECUTE, r1);
    require(c.covers(target & -2, SHORTEST), CapabilityCause.LENGTH, r1);
    require((c.base() & 1) == 0, CapabilityCause.UNALIGNED_BASE, r1);
    Capability link = sentry(registers, h.pc + i.length());
    registers.setPcc(c.unsealed().withAddress(target & -2));
    registers.set(i.rd(), link);
  }

  /** CInvoke: enters a sealed pair of code and data. */
  static void invoke(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    int r1 = i.rs1();
    int r2 = i.rs2();
    Capability code = registers.get(r1);
    Capability data = registers.get(r2);
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
    registers.setPcc(code.unsealed().withAddress(target));
    registers.set(31, data.unsealed());
  }

  private static void link(CapabilityRegisters registers, Instruction i, long next) {
    if (registers.pccBounds().isCapabilityMode()) {
      registers.set(i.rd(), sentry(registers, next));
    } else {
      linkInteger(registers, i.rd(), next);
    }
  }

  private static Capability sentry(CapabilityRegisters registers, long next) {
    return registers.pccBounds().withAddress(next).withType(ObjectType.SENTRY);
  }

  private static void linkInteger(CapabilityRegisters registers, int rd, long next) {
    long start = registers.dialect().relocates() ? registers.pccBounds().base() : 0;
    registers.setInteger(rd, next - start);
  }

  private static void requireTarget(Capability pcc, long target) {
    require(pcc.covers(target, SHORTEST), CapabilityCause.LENGTH, CapabilityFault.PCC);
  }

  private static void require(boolean condition, CapabilityCause cause, int register) {
    if (!condition) {
      throw new CapabilityFault(cause, register);
    }
  }
}
