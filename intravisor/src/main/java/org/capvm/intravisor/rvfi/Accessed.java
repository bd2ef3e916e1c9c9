package org.capvm.intravisor.rvfi;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Format;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.runtime.memory.Memory;

/**
 * The registers and the memory that an instruction names, as they were before it. An instruction
 * that traps is reported without them.
 */
final class Accessed {
  /** The data register of CInvoke. */
  private static final int INVOKED_DATA = 31;

  private final Hart h;
  private final Instruction i;
  private final int rs1;
  private final int rs2;
  private final long rs1Value;
  private final long rs2Value;
  private final long address;
  private final int size;
  private final boolean present;
  private final long low;
  private final long high;

  private Accessed(Hart h, Instruction i) {
    this.h = h;
    this.i = i;
    Format format = i.opcode().format();
    this.rs1 =
        format.readsRs1() || format.has(Operand.CS1) || format.has(Operand.CAPABILITY_BASE)
            ? i.rs1()
            : 0;
    this.rs2 = format.readsRs2() || format.has(Operand.CS2) ? i.rs2() : 0;
    this.rs1Value = h.x(rs1);
    this.rs2Value = h.x(rs2);
    this.size = size(i.opcode());
    this.address = h.x(i.rs1()) + (format.has(Operand.ADDRESS) ? i.immediate() : 0);
    long offset = address - InjectionMachine.RAM;
    this.present = size != 0 && offset >= 0 && offset <= InjectionMachine.RAM_SIZE - size;
    this.low = word(0);
    this.high = word(Long.BYTES);
  }

  /** Looks before an instruction is executed. */
  static Accessed of(Hart h, Instruction i) {
    return new Accessed(h, i);
  }

  int rs1() {
    return rs1;
  }

  int rs2() {
    return rs2;
  }

  long rs1Value() {
    return rs1Value;
  }

  long rs2Value() {
    return rs2Value;
  }

  /** The register that is written, or 0. */
  int rd() {
    Format format = i.opcode().format();
    if (i.opcode() == Opcode.CINVOKE) {
      return INVOKED_DATA;
    }
    if (i.opcode().family() == Family.EXPLICIT_STORE_CONDITIONAL) {
      return i.rs2();
    }
    return format.has(Operand.RD) || format.has(Operand.CD) ? i.rd() : 0;
  }

  /** What was accessed, once the instruction was executed. */
  Trace.Memory after() {
    boolean writes = present && writes();
    int read = present && reads() ? size : 0;
    if (read == 0 && !writes) {
      return Trace.Memory.NONE;
    }
    return new Trace.Memory(
        address,
        read,
        read == 0 ? 0 : low,
        read == 0 ? 0 : high,
        writes ? size : 0,
        writes ? word(0) : 0,
        writes ? word(Long.BYTES) : 0);
  }

  private boolean reads() {
    return switch (i.opcode().family()) {
      case STORE, FLOAT_STORE, CAPABILITY_STORE, EXPLICIT_STORE -> false;
      case STORE_CONDITIONAL, CAPABILITY_STORE_CONDITIONAL, EXPLICIT_STORE_CONDITIONAL -> false;
      default -> true;
    };
  }

  private boolean writes() {
    return switch (i.opcode().family()) {
      case STORE, FLOAT_STORE, CAPABILITY_STORE, EXPLICIT_STORE, ATOMIC, CAPABILITY_ATOMIC -> true;
      // A failure writes nothing. Where the result goes to x0 it cannot be told, and is none.
      case STORE_CONDITIONAL, CAPABILITY_STORE_CONDITIONAL, EXPLICIT_STORE_CONDITIONAL ->
          rd() != 0 && h.x(rd()) == 0;
      default -> false;
    };
  }

  /** Bytes of memory, of 8 from an offset, as far as they are accessed. */
  private long word(int offset) {
    if (!present || size <= offset) {
      return 0;
    }
    return switch (size - offset) {
      case 1 -> Memory.loadUnsignedByte(h.window, address + offset);
      case 2 -> Memory.loadUnsignedShort(h.window, address + offset);
      case 4 -> Memory.loadUnsignedInt(h.window, address + offset);
      default -> Memory.loadLong(h.window, address + offset);
    };
  }

  /** Bytes of an access, 0 for none. CLoadTags reads tags, which have no place in a trace. */
  private static int size(Opcode opcode) {
    return switch (opcode.family()) {
      case CAPABILITY_LOAD, CAPABILITY_STORE, CAPABILITY_ATOMIC -> Capability.SIZE;
      case CAPABILITY_LOAD_RESERVED, CAPABILITY_STORE_CONDITIONAL -> Capability.SIZE;
      case LOAD, STORE, FLOAT_LOAD, FLOAT_STORE, ATOMIC, LOAD_RESERVED, STORE_CONDITIONAL ->
          named(opcode);
      case EXPLICIT_LOAD, EXPLICIT_STORE -> named(opcode);
      case EXPLICIT_LOAD_RESERVED, EXPLICIT_STORE_CONDITIONAL -> named(opcode);
      default -> 0;
    };
  }

  /** The last letter of a mnemonic without its authority, and without the U of unsigned loads. */
  private static int named(Opcode opcode) {
    String name = opcode.name().replaceFirst("_(DDC|CAP)$", "").replaceFirst("U$", "");
    return switch (name.charAt(name.length() - 1)) {
      case 'B' -> Byte.BYTES;
      case 'H' -> Short.BYTES;
      case 'W' -> Integer.BYTES;
      case 'D' -> Long.BYTES;
      default -> Capability.SIZE;
    };
  }
}
