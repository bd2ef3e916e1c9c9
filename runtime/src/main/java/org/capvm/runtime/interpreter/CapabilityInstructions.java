package org.capvm.runtime.interpreter;

import static org.capvm.runtime.capability.CapabilityOperations.andPermissions;
import static org.capvm.runtime.capability.CapabilityOperations.build;
import static org.capvm.runtime.capability.CapabilityOperations.conditionalSeal;
import static org.capvm.runtime.capability.CapabilityOperations.copyType;
import static org.capvm.runtime.capability.CapabilityOperations.fromPointer;
import static org.capvm.runtime.capability.CapabilityOperations.incrementOffset;
import static org.capvm.runtime.capability.CapabilityOperations.seal;
import static org.capvm.runtime.capability.CapabilityOperations.sealEntry;
import static org.capvm.runtime.capability.CapabilityOperations.setAddress;
import static org.capvm.runtime.capability.CapabilityOperations.setBounds;
import static org.capvm.runtime.capability.CapabilityOperations.setFlags;
import static org.capvm.runtime.capability.CapabilityOperations.setOffset;
import static org.capvm.runtime.capability.CapabilityOperations.unseal;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;

/** The instructions that compute with capabilities and touch neither memory nor PCC. */
final class CapabilityInstructions {
  private CapabilityInstructions() {}

  /** An integer result, see {@code Family.CAPABILITY_QUERY}. */
  static long query(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Capability c = registers.get(i.rs1());
    return switch (i.opcode()) {
      case CGETPERM -> c.permissions();
      case CGETTYPE -> ObjectType.signed(c.type());
      case CGETBASE -> c.base();
      case CGETLEN -> c.length();
      case CGETTAG -> c.isTagged() ? 1 : 0;
      case CGETSEALED -> c.isSealed() ? 1 : 0;
      case CGETOFFSET -> CapabilityOperations.getOffset(c);
      case CGETFLAGS -> c.flags();
      case CGETADDR -> c.address();
      case CGETHIGH -> c.metadataWord();
      case CRRL -> CompressedBounds.roundedLength(c.address());
      case CRAM -> CompressedBounds.alignmentMask(c.address());
      case CSUB -> c.address() - h.x(i.rs2());
      case CSETEQUALEXACT -> c.equals(registers.get(i.rs2())) ? 1 : 0;
      case CTESTSUBSET ->
          CapabilityOperations.isSubset(orDdc(registers, i.rs1()), registers.get(i.rs2())) ? 1 : 0;
      case CTOPTR ->
          CapabilityOperations.toPointer(
              registers.dialect(), c, orDdc(registers, i.rs2()), i.rs2());
      default -> throw new IllegalArgumentException(i.opcode().toString());
    };
  }

  /** A capability made from another, see {@code Family.CAPABILITY_MODIFY}. */
  static Capability modify(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Dialect d = registers.dialect();
    int r1 = i.rs1();
    int r2 = i.rs2();
    Capability c = registers.get(r1);
    return switch (i.opcode()) {
      case CSETBOUNDS -> setBounds(d, c, r1, h.x(r2), false);
      case CSETBOUNDSEXACT -> setBounds(d, c, r1, h.x(r2), true);
      case CSETBOUNDSIMM -> setBounds(d, c, r1, i.immediate(), false);
      case CANDPERM -> andPermissions(d, c, r1, h.x(r2));
      case CSETFLAGS -> setFlags(d, c, r1, h.x(r2));
      case CSETOFFSET -> setOffset(d, c, r1, h.x(r2));
      case CSETADDR -> setAddress(d, c, r1, h.x(r2));
      case CINCOFFSET -> incrementOffset(d, c, r1, h.x(r2));
      case CINCOFFSETIMM -> incrementOffset(d, c, r1, i.immediate());
      case CSETHIGH -> c.withMetadataWord(h.x(r2));
      case CFROMPTR -> fromPointer(d, orDdc(registers, r1), r1, h.x(r2));
      case CSEAL -> seal(d, c, r1, registers.get(r2), r2);
      case CCSEAL -> conditionalSeal(d, c, r1, registers.get(r2), r2);
      case CUNSEAL -> unseal(d, c, r1, registers.get(r2), r2);
      case CBUILDCAP -> build(d, orDdc(registers, r1), r1, registers.get(r2), r2);
      case CCOPYTYPE -> copyType(d, c, r1, registers.get(r2), r2);
      case CMOVE -> c;
      case CCLEARTAG -> c.untagged();
      case CSEALENTRY -> sealEntry(d, c, r1);
      default -> throw new IllegalArgumentException(i.opcode().toString());
    };
  }

  /** The operands where c0 means DDC. */
  private static Capability orDdc(CapabilityRegisters registers, int n) {
    return n == 0 ? registers.ddc() : registers.get(n);
  }
}
