package org.capvm.runtime.interpreter;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.AtomicOperations;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.TagTable;

/** The A extension. Where memory has tags, what writes clears the tag of its granule. */
public final class AtomicInstructions {
  private AtomicInstructions() {}

  /**
   * Executes an LR, SC or AMO of integers.
   *
   * @return what goes to rd
   * @throws org.capvm.runtime.memory.MemoryFault as the access faults; registers and memory are
   *     unchanged then
   * @throws org.capvm.runtime.memory.MisalignedAccess where the address is not naturally aligned
   */
  public static long execute(Hart h, Opcode opcode, long address, long value) {
    int size = opcode.compareTo(Opcode.LR_D) < 0 ? Integer.BYTES : Long.BYTES;
    boolean load = opcode.family() == Family.LOAD_RESERVED;
    // The operation itself reports misalignment, so that both engines have one definition of it.
    if ((address & size - 1) == 0) {
      GuestAccess.checkAtomic(h.window, address, size, load ? AccessKind.LOAD : AccessKind.STORE);
    }
    if (load) {
      // The interpreter's form of the instruction does not tell whether it has the rl bit.
      AtomicOperations.beforeReleasingLoad();
    }
    TagTable tags = h.window.tags();
    if (load || tags == null || (address & size - 1) != 0) {
      return operate(h, opcode, address, value);
    }
    if (opcode.family() == Family.STORE_CONDITIONAL) {
      return storeConditional(h, tags, size, address, value) ? 0 : 1;
    }
    return tags.update(address, size, () -> operate(h, opcode, address, value));
  }

  /** As {@link AtomicOperations#scW}; a store that fails leaves the tag. */
  private static boolean storeConditional(
      Hart h, TagTable tags, int size, long address, long value) {
    boolean reserved = h.reservationAddress == address;
    h.reservationAddress = AtomicOperations.NO_RESERVATION;
    return reserved && tags.compareAndSetInteger(address, size, h.reservationValue, value);
  }

  private static long operate(Hart h, Opcode opcode, long address, long value) {
    return switch (opcode) {
      case LR_W -> AtomicOperations.lrW(h, address);
      case SC_W -> AtomicOperations.scW(h, address, value);
      case AMOSWAP_W -> AtomicOperations.amoswapW(h, address, value);
      case AMOADD_W -> AtomicOperations.amoaddW(h, address, value);
      case AMOXOR_W -> AtomicOperations.amoxorW(h, address, value);
      case AMOAND_W -> AtomicOperations.amoandW(h, address, value);
      case AMOOR_W -> AtomicOperations.amoorW(h, address, value);
      case AMOMIN_W -> AtomicOperations.amominW(h, address, value);
      case AMOMAX_W -> AtomicOperations.amomaxW(h, address, value);
      case AMOMINU_W -> AtomicOperations.amominuW(h, address, value);
      case AMOMAXU_W -> AtomicOperations.amomaxuW(h, address, value);
      case LR_D -> AtomicOperations.lrD(h, address);
      case SC_D -> AtomicOperations.scD(h, address, value);
      case AMOSWAP_D -> AtomicOperations.amoswapD(h, address, value);
      case AMOADD_D -> AtomicOperations.amoaddD(h, address, value);
      case AMOXOR_D -> AtomicOperations.amoxorD(h, address, value);
      case AMOAND_D -> AtomicOperations.amoandD(h, address, value);
      case AMOOR_D -> AtomicOperations.amoorD(h, address, value);
      case AMOMIN_D -> AtomicOperations.amominD(h, address, value);
      case AMOMAX_D -> AtomicOperations.amomaxD(h, address, value);
      case AMOMINU_D -> AtomicOperations.amominuD(h, address, value);
      case AMOMAXU_D -> AtomicOperations.amomaxuD(h, address, value);
      default -> throw new IllegalArgumentException(opcode + " is not atomic");
    };
  }
}
