package org.capvm.runtime.interpreter;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.AuthorisedMemory;
import org.capvm.runtime.memory.RefusedAccess;

/**
 * What translated code with capabilities calls besides {@link CapabilityOperations} and {@link
 * AuthorisedMemory}: the definitions that the interpreter uses, on values instead of the hart's
 * registers.
 *
 * <p>Every method judges before it changes anything. Where it throws, the instruction has done
 * nothing, and the interpreter executes it once more.
 */
public final class CapabilityCode {
  private static final int ECALL_LENGTH = 4;

  private CapabilityCode() {}

  /**
   * Whether PCC allows executing all of {@code [start, limit)} in a mode: what translated code of
   * that range needs once, at its entry, since it leaves where PCC changes.
   */
  public static boolean mayEnter(Hart h, long start, long limit, boolean capabilityMode) {
    Capability pcc = h.capabilities.pccBounds();
    return pcc.isTagged()
        && !pcc.isSealed()
        && pcc.permits(Permissions.EXECUTE)
        && pcc.isCapabilityMode() == capabilityMode
        && (pcc.base() & 1) == 0
        && pcc.covers(start, limit - start);
  }

  /** Whether CSpecialRW is an instruction in user mode; see {@link #exchangeSpecial}. */
  public static boolean isSpecialLegal(int n, boolean writes) {
    return SpecialRegisters.isLegal(n, writes);
  }

  // Addresses ----------------------------------------------------------------------------------

  /** What is held of a register after CIncOffset; its address is the sum in any case. */
  public static Capability increment(Capability held, long address, long by, Dialect d, int r1) {
    return held == Capability.NULL || held.mayMoveTo(address + by)
        ? held
        : CapabilityOperations.incrementOffset(d, Capability.inRegister(held, address), r1, by);
  }

  /** What is held of a register after CSetAddr. */
  public static Capability move(Capability held, long address, long to, Dialect d, int r1) {
    return held == Capability.NULL || held.mayMoveTo(to)
        ? held
        : CapabilityOperations.setAddress(d, Capability.inRegister(held, address), r1, to);
  }

  // Jumps --------------------------------------------------------------------------------------

  /** A branch or JAL out of the translated code; returns its target, within PCC. */
  public static long target(long target, Hart h) {
    CapabilityJumps.requireTarget(h.capabilities.pccBounds(), target);
    return target;
  }

  /** JALR in integer mode, and JALR.PCC; returns the absolute target, within PCC. */
  public static long integerTarget(long to, Hart h) {
    return CapabilityJumps.integerTarget(h.capabilities, to);
  }

  /** The link of jumps in integer mode. */
  public static long integerLink(Hart h, long next) {
    return CapabilityJumps.integerLink(h.capabilities, next);
  }

  /** The link of jumps in capability mode, but for its address, which PCC covers or ends at. */
  public static Capability link(Hart h) {
    return h.capabilities.sentry();
  }

  /**
   * JALR in capability mode, and JALR.CAP: changes PCC, and returns the pc to go on at.
   *
   * @param held the target, but for its address
   * @param r1 the target's register
   */
  public static long jump(Capability held, long address, int r1, long offset, Hart h) {
    CapabilityRegisters registers = h.capabilities;
    if (offset == 0 && CapabilityJumps.staysInPcc(registers, held, address)) {
      return address;
    }
    Capability c = Capability.inRegister(held, address);
    registers.setPcc(CapabilityJumps.entered(c, r1, offset));
    return h.pc;
  }

  /**
   * CInvoke: changes PCC, with its address as the hart's pc, and returns the data capability that
   * the code is given.
   */
  public static Capability invoke(Capability code, int r1, Capability data, int r2, Hart h) {
    h.capabilities.setPcc(CapabilityJumps.invoked(code, r1, data, r2));
    return data.unsealed();
  }

  /** AUIPC in capability mode. */
  public static Capability codeAddress(Hart h, long address) {
    return h.capabilities.pccBounds().withAddress(address);
  }

  // Environment calls --------------------------------------------------------------------------

  /**
   * ECALL, with all registers in the hart.
   *
   * @param pc address of the instruction
   * @return whether the code goes on behind it: the result is an integer in the hart's a0, and
   *     nothing else has changed. If not, it must leave all registers as they are in the hart: the
   *     kernel may have replaced any of them, PCC and DDC too, and control is at the hart's pc
   */
  public static boolean environmentCall(Hart h, long pc) {
    h.pc = pc;
    try {
      CapabilityInterpreter.environmentCall(h);
    } catch (Unwind e) {
      return false;
    }
    h.pc = pc + ECALL_LENGTH;
    // The code behind may have been withdrawn meanwhile.
    return !h.interruptRequested();
  }

  // Special registers --------------------------------------------------------------------------

  /**
   * CSpecialRW.
   *
   * @param pc address of the instruction
   * @param n number of the register; the interpreter refuses those that are not legal
   */
  public static Capability exchangeSpecial(
      Hart h, long pc, int n, boolean writes, Capability value) {
    if (!isSpecialLegal(n, writes)) {
      throw RefusedAccess.INSTANCE;
    }
    h.pc = pc;
    return SpecialRegisters.exchange(h.capabilities, n, writes, value);
  }

  /** CSR uccsr, which is constant. */
  public static long readUccsr(Hart h) {
    return SpecialRegisters.readUccsr(h.capabilities);
  }

  /** Whether an instruction reads CSR uccsr, which is not one of RV64GC. */
  public static boolean isUccsr(long csr) {
    return csr == SpecialRegisters.UCCSR;
  }

  // Atomics ------------------------------------------------------------------------------------

  /** The authority of {@link Authority} for an address, as faults name it. */
  private static Authority authority(Capability c, long address) {
    return new Authority(c, 0, address);
  }

  /** CLoadTags. */
  public static long loadTags(Capability c, long address, Hart h) {
    return CapabilityMemory.loadTags(h, authority(c, address));
  }

  /** LR of an integer. */
  public static long loadReserved(Capability c, long address, Hart h, Opcode opcode) {
    return CapabilityMemory.loadReserved(h, opcode, authority(c, address));
  }

  /** LR.C. */
  public static Capability loadReserved(Capability c, long address, Hart h) {
    return CapabilityMemory.loadReservedCapability(h, authority(c, address));
  }

  /** SC of an integer. */
  public static long storeConditional(
      Capability c, long address, long value, Hart h, Opcode opcode) {
    return CapabilityMemory.storeConditional(h, opcode, authority(c, address), value);
  }

  /** SC.C. */
  public static long storeConditional(Capability c, long address, Capability value, Hart h) {
    return CapabilityMemory.storeConditionalCapability(h, authority(c, address), value);
  }

  /** An AMO on an integer. */
  public static long atomic(Capability c, long address, long value, Hart h, Opcode opcode) {
    return CapabilityMemory.atomic(h, opcode, authority(c, address), value);
  }

  /** AMOSWAP.C. */
  public static Capability swap(Capability c, long address, Capability value, Hart h) {
    return CapabilityMemory.swapCapability(h, authority(c, address), value);
  }
}
