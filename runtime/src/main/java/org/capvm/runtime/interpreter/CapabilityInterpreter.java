package org.capvm.runtime.interpreter;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityCause;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.CsrOperations;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.FenceOperations;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.InstructionFetch;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.runtime.memory.MemoryFault;

/**
 * Executes RV64GC with Xcheri, one instruction at a time: the definition of what a hart with
 * capabilities does, in hybrid and in pure-capability code.
 */
public final class CapabilityInterpreter {
  private static final int SHORT = 2;
  private static final int LONG = 4;

  /** A0, where the kernel puts an integer. */
  private static final int RESULT = 10;

  private CapabilityInterpreter() {}

  /**
   * Executes the instruction at the hart's pc.
   *
   * @return the trap that it raised, with nothing changed, or null
   */
  public static Trap step(Hart h) {
    try {
      return retire(h, fetch(h));
    } catch (CapabilityFault fault) {
      return new Trap.Capability(fault);
    } catch (MemoryFault fault) {
      return Trap.of(fault);
    }
  }

  /**
   * Executes an instruction that does not come from memory, at the hart's pc and under PCC.
   *
   * @param i decoded for the mode of PCC
   * @return the trap that it raised, with nothing changed, or null
   */
  public static Trap inject(Hart h, Instruction i) {
    try {
      requireExecutable(h.capabilities.pccBounds(), h.pc);
      requireCovered(h.capabilities.pccBounds(), h.pc, i.length());
      return retire(h, i);
    } catch (CapabilityFault fault) {
      return new Trap.Capability(fault);
    } catch (MemoryFault fault) {
      return Trap.of(fault);
    }
  }

  private static Trap retire(Hart h, Instruction i) {
    Trap trap = execute(h, i);
    if (trap == null) {
      h.instructionsRetired++;
      if (!isTransfer(i.opcode())) {
        h.pc += i.length();
      }
    }
    return trap;
  }

  /**
   * Fetches the instruction at the hart's pc under PCC.
   *
   * @throws CapabilityFault when PCC does not allow it
   * @throws MemoryFault when the page does not
   */
  public static Instruction fetch(Hart h) {
    CapabilityRegisters registers = h.capabilities;
    Capability pcc = registers.pccBounds();
    requireExecutable(pcc, h.pc);
    int bits = InstructionFetch.halfWord(h.window, h.pc);
    if (Decoder.length(bits) == LONG) {
      requireCovered(pcc, h.pc, LONG);
      bits |= InstructionFetch.halfWord(h.window, h.pc + SHORT) << 16;
    }
    return Decoder.decodeXcheri(bits, pcc.isCapabilityMode());
  }

  private static void requireExecutable(Capability pcc, long pc) {
    require(pcc.isTagged(), CapabilityCause.TAG);
    require(!pcc.isSealed(), CapabilityCause.SEAL);
    require(pcc.permits(Permissions.EXECUTE), CapabilityCause.EXECUTE);
    requireCovered(pcc, pc, SHORT);
  }

  private static void requireCovered(Capability pcc, long pc, int length) {
    require(pcc.covers(pc, length), CapabilityCause.LENGTH);
  }

  private static void require(boolean condition, CapabilityCause cause) {
    if (!condition) {
      throw new CapabilityFault(cause, CapabilityFault.PCC);
    }
  }

  private static boolean isTransfer(Opcode opcode) {
    return switch (opcode.family()) {
      case BRANCH, JUMP, CAPABILITY_JUMP -> true;
      default -> false;
    };
  }

  private static Trap execute(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Opcode opcode = i.opcode();
    switch (opcode.family()) {
      case UPPER_IMMEDIATE -> upperImmediate(h, i);
      case ALU_IMMEDIATE, ALU_IMMEDIATE_WORD ->
          registers.setInteger(
              i.rd(), IntegerInstructions.compute(opcode, h.x(i.rs1()), i.immediate()));
      case ALU_REGISTER, ALU_REGISTER_WORD, MULTIPLY, DIVIDE ->
          registers.setInteger(
              i.rd(), IntegerInstructions.compute(opcode, h.x(i.rs1()), h.x(i.rs2())));
      case BRANCH -> {
        if (IntegerInstructions.isTaken(opcode, h.x(i.rs1()), h.x(i.rs2()))) {
          CapabilityJumps.relative(h, i);
        } else {
          h.pc += i.length();
        }
      }
      case JUMP, CAPABILITY_JUMP -> jump(h, i);
      case LOAD, FLOAT_LOAD -> CapabilityMemory.load(h, i, CapabilityMemory.implied(h, i));
      case STORE, FLOAT_STORE -> CapabilityMemory.store(h, i, CapabilityMemory.implied(h, i));
      case ATOMIC ->
          registers.setInteger(
              i.rd(),
              CapabilityMemory.atomic(h, opcode, CapabilityMemory.implied(h, i), h.x(i.rs2())));
      case LOAD_RESERVED ->
          registers.setInteger(
              i.rd(), CapabilityMemory.loadReserved(h, opcode, CapabilityMemory.implied(h, i)));
      case STORE_CONDITIONAL ->
          registers.setInteger(
              i.rd(),
              CapabilityMemory.storeConditional(
                  h, opcode, CapabilityMemory.implied(h, i), h.x(i.rs2())));
      case CAPABILITY_LOAD -> CapabilityMemory.loadCapability(h, i, CapabilityMemory.implied(h, i));
      case CAPABILITY_STORE ->
          CapabilityMemory.storeCapability(h, i, CapabilityMemory.implied(h, i));
      case CAPABILITY_ATOMIC ->
          registers.set(
              i.rd(),
              CapabilityMemory.swapCapability(
                  h, CapabilityMemory.implied(h, i), registers.get(i.rs2())));
      case CAPABILITY_LOAD_RESERVED ->
          registers.set(
              i.rd(), CapabilityMemory.loadReservedCapability(h, CapabilityMemory.implied(h, i)));
      case CAPABILITY_STORE_CONDITIONAL ->
          registers.setInteger(
              i.rd(),
              CapabilityMemory.storeConditionalCapability(
                  h, CapabilityMemory.implied(h, i), registers.get(i.rs2())));
      case CAPABILITY_LOAD_TAGS ->
          registers.setInteger(
              i.rd(), CapabilityMemory.loadTags(h, Authority.register(registers, i.rs1(), 0)));
      case EXPLICIT_LOAD, EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE, EXPLICIT_STORE_CONDITIONAL ->
          explicitAccess(h, i);
      case CAPABILITY_QUERY -> registers.setInteger(i.rd(), CapabilityInstructions.query(h, i));
      case CAPABILITY_MODIFY -> registers.set(i.rd(), CapabilityInstructions.modify(h, i));
      case CAPABILITY_SPECIAL -> {
        return SpecialRegisters.exchange(h, i) ? null : illegal(i);
      }
      case CSR -> {
        return csr(h, i) ? null : illegal(i);
      }
      case FENCE -> fence(h, i);
      case SYSTEM -> {
        return system(h, i);
      }
      case ILLEGAL -> {
        return illegal(i);
      }
      default -> {
        return floatingPoint(h, i) ? null : illegal(i);
      }
    }
    return null;
  }

  private static void upperImmediate(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    if (i.opcode() == Opcode.LUI) {
      registers.setInteger(i.rd(), i.immediate());
    } else if (registers.pccBounds().isCapabilityMode()) {
      registers.set(i.rd(), registers.pccBounds().withAddress(h.pc + i.immediate()));
    } else {
      long start = registers.dialect().relocates() ? registers.pccBounds().base() : 0;
      registers.setInteger(i.rd(), h.pc - start + i.immediate());
    }
  }

  private static void jump(Hart h, Instruction i) {
    boolean capabilityMode = h.capabilities.pccBounds().isCapabilityMode();
    switch (i.opcode()) {
      case JAL -> CapabilityJumps.jal(h, i);
      case JALR_CAP -> CapabilityJumps.jalrCapability(h, i);
      case JALR_PCC -> CapabilityJumps.jalrInteger(h, i);
      case CINVOKE -> CapabilityJumps.invoke(h, i);
      default -> {
        if (capabilityMode) {
          CapabilityJumps.jalrCapability(h, i);
        } else {
          CapabilityJumps.jalrInteger(h, i);
        }
      }
    }
  }

  private static void explicitAccess(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    Authority authority = CapabilityMemory.named(h, i);
    boolean ofCapability =
        i.opcode().format().has(Operand.CD) || i.opcode().format().has(Operand.CS2);
    switch (i.opcode().family()) {
      case EXPLICIT_LOAD -> {
        if (ofCapability) {
          CapabilityMemory.loadCapability(h, i, authority);
        } else {
          CapabilityMemory.load(h, i, authority);
        }
      }
      case EXPLICIT_STORE -> {
        if (ofCapability) {
          CapabilityMemory.storeCapability(h, i, authority);
        } else {
          CapabilityMemory.store(h, i, authority);
        }
      }
      case EXPLICIT_LOAD_RESERVED -> {
        if (ofCapability) {
          registers.set(i.rd(), CapabilityMemory.loadReservedCapability(h, authority));
        } else {
          registers.setInteger(i.rd(), CapabilityMemory.loadReserved(h, i.opcode(), authority));
        }
      }
      default ->
          // The encoding has no room for a destination: success goes where the value came from.
          registers.setInteger(
              i.rs2(),
              ofCapability
                  ? CapabilityMemory.storeConditionalCapability(
                      h, authority, registers.get(i.rs2()))
                  : CapabilityMemory.storeConditional(h, i.opcode(), authority, h.x(i.rs2())));
    }
  }

  private static boolean csr(Hart h, Instruction i) {
    int csr = (int) i.immediate();
    Opcode opcode = i.opcode();
    boolean writes = i.rs1() != 0 || opcode == Opcode.CSRRW || opcode == Opcode.CSRRWI;
    if (csr == SpecialRegisters.UCCSR && !writes) {
      h.capabilities.setInteger(i.rd(), SpecialRegisters.readUccsr(h.capabilities));
      return true;
    }
    if (!CsrOperations.isLegal(opcode, csr, i.rs1())) {
      return false;
    }
    long source = opcode.format().has(Operand.CSR_IMMEDIATE) ? i.rs1() : h.x(i.rs1());
    h.capabilities.setInteger(i.rd(), CsrOperations.exchange(h, opcode, csr, source, writes));
    return true;
  }

  private static void fence(Hart h, Instruction i) {
    if (i.opcode() == Opcode.FENCE) {
      FenceOperations.fence((int) i.immediate());
    } else {
      h.kernel.instructionFence(h);
    }
  }

  private static Trap system(Hart h, Instruction i) {
    if (i.opcode() == Opcode.EBREAK) {
      return new Trap.Breakpoint();
    }
    environmentCall(h);
    return null;
  }

  /**
   * ECALL, but for the pc: the result is an integer in a0.
   *
   * @throws org.capvm.runtime.hart.Unwind when the kernel has said where control goes on
   */
  static void environmentCall(Hart h) {
    h.leaveGuestCode();
    h.kernel.environmentCall(h, true);
    h.enterGuestCode();
    h.capabilities.wroteInteger(RESULT);
  }

  private static boolean floatingPoint(Hart h, Instruction i) {
    boolean legal = FloatInstructions.execute(h, i.opcode(), PackedInstruction.pack(i, 0));
    if (legal && i.opcode().format().writesRd()) {
      h.capabilities.wroteInteger(i.rd());
    }
    return legal;
  }

  private static Trap illegal(Instruction i) {
    return new Trap.IllegalInstruction(i.bits());
  }
}
