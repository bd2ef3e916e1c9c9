package org.capvm.runtime.interpreter;

import java.lang.invoke.VarHandle;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MisalignedAccess;
import org.capvm.runtime.memory.TagTable;
import org.capvm.runtime.memory.Window;

/**
 * Loads and stores under capabilities. Each access checks, in this order: tag, seal, permissions
 * and bounds of its authority, alignment, and the pages (CHERI ISAv9, section 8.3; the order among
 * them as the reference emulator has it).
 */
final class CapabilityMemory {
  private static final int SIZE = Capability.SIZE;

  /** CLoadTags reads the tags of this many bytes. */
  private static final int TAG_LINE = 64;

  private static final long NAN_BOX = 0xffff_ffffL << 32;

  private CapabilityMemory() {}

  // Authority ----------------------------------------------------------------------------------

  /**
   * The authority of RV64GC accesses and of LC, SC: DDC, or the base register in capability mode.
   */
  static Authority implied(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    return registers.pccBounds().isCapabilityMode()
        ? Authority.register(registers, i.rs1(), i.immediate())
        : Authority.ddc(registers, h.x(i.rs1()) + i.immediate());
  }

  /** The authority that the mnemonic names. */
  static Authority named(Hart h, Instruction i) {
    CapabilityRegisters registers = h.capabilities;
    return i.opcode().mnemonic().endsWith(".cap")
        ? Authority.register(registers, i.rs1(), 0)
        : Authority.ddc(registers, h.x(i.rs1()));
  }

  // Integers -----------------------------------------------------------------------------------

  /** Executes an integer or floating-point load. */
  static void load(Hart h, Instruction i, Authority authority) {
    int size = size(i.opcode());
    authority.usable().permitsLoad().covers(size);
    long address = authority.address();
    Window w = h.window;
    w.pages().check(address, size, AccessKind.LOAD);
    switch (i.opcode()) {
      case FLW -> h.f(i.rd(), Memory.loadInt(w, address) | NAN_BOX);
      case FLD -> h.f(i.rd(), Memory.loadLong(w, address));
      default -> h.capabilities.setInteger(i.rd(), loadInteger(w, i.opcode(), address));
    }
  }

  private static long loadInteger(Window w, Opcode opcode, long address) {
    return switch (opcode) {
      case LB, LB_DDC, LB_CAP -> Memory.loadByte(w, address);
      case LBU, LBU_DDC, LBU_CAP -> Memory.loadByte(w, address) & 0xff;
      case LH, LH_DDC, LH_CAP -> Memory.loadShort(w, address);
      case LHU, LHU_DDC, LHU_CAP -> Memory.loadShort(w, address) & 0xffff;
      case LW, LW_DDC, LW_CAP -> Memory.loadInt(w, address);
      case LWU, LWU_DDC, LWU_CAP -> Memory.loadInt(w, address) & 0xffff_ffffL;
      case LD, LD_DDC, LD_CAP -> Memory.loadLong(w, address);
      default -> throw new IllegalArgumentException(opcode.toString());
    };
  }

  /** Executes an integer or floating-point store. */
  static void store(Hart h, Instruction i, Authority authority) {
    int size = size(i.opcode());
    authority.usable().permitsStore().covers(size);
    long address = authority.address();
    Window w = h.window;
    w.pages().check(address, size, AccessKind.STORE);
    boolean floating = i.opcode() == Opcode.FSW || i.opcode() == Opcode.FSD;
    storeInteger(w, address, size, floating ? h.f(i.rs2()) : h.x(i.rs2()));
  }

  private static void storeInteger(Window w, long address, int size, long value) {
    w.tags().clear(address, size);
    switch (size) {
      case 1 -> Memory.storeByte(w, address, (byte) value);
      case 2 -> Memory.storeShort(w, address, (short) value);
      case 4 -> Memory.storeInt(w, address, (int) value);
      default -> Memory.storeLong(w, address, value);
    }
  }

  static int size(Opcode opcode) {
    return switch (opcode) {
      case LB, LBU, SB, LB_DDC, LBU_DDC, SB_DDC, LB_CAP, LBU_CAP, SB_CAP -> 1;
      case LR_B_DDC, SC_B_DDC, LR_B_CAP, SC_B_CAP -> 1;
      case LH, LHU, SH, LH_DDC, LHU_DDC, SH_DDC, LH_CAP, LHU_CAP, SH_CAP -> 2;
      case LR_H_DDC, SC_H_DDC, LR_H_CAP, SC_H_CAP -> 2;
      case LW, LWU, SW, LW_DDC, LWU_DDC, SW_DDC, LW_CAP, LWU_CAP, SW_CAP, FLW, FSW -> 4;
      case LR_W, SC_W, LR_W_DDC, SC_W_DDC, LR_W_CAP, SC_W_CAP -> 4;
      default -> 8;
    };
  }

  // Capabilities -------------------------------------------------------------------------------

  /** Executes a load of a capability; its tag is stripped where the authority says so. */
  static void loadCapability(Hart h, Instruction i, Authority authority) {
    h.capabilities.set(i.rd(), stripped(loadWithTag(h.window, authority), authority));
  }

  private static Capability loadWithTag(Window w, Authority authority) {
    authority.usable().permitsLoad().covers(SIZE);
    long address = authority.address();
    align(address, SIZE, AccessKind.LOAD);
    w.pages().check(address, SIZE, AccessKind.LOAD);
    return w.tags().load(address);
  }

  private static Capability stripped(Capability c, Authority authority) {
    return c.taggedIf(authority.capability().permits(Permissions.LOAD_CAPABILITY));
  }

  /** Executes a store of a capability. */
  static void storeCapability(Hart h, Instruction i, Authority authority) {
    Capability value = h.capabilities.get(i.rs2());
    long address = checkStore(h.window, authority.usable().permitsStoreOf(value), value);
    h.window.tags().store(address, value);
  }

  private static long checkStore(Window w, Authority authority, Capability value) {
    authority.covers(SIZE);
    long address = authority.address();
    align(address, SIZE, AccessKind.STORE);
    w.pages().checkCapabilityStore(address, value.isTagged());
    return address;
  }

  /** AMOSWAP.C; returns what memory held. */
  static Capability swapCapability(Hart h, Authority authority, Capability value) {
    authority.usable().permitsLoad().permitsStoreOf(value);
    long address = checkStore(h.window, authority, value);
    h.window.pages().check(address, SIZE, AccessKind.LOAD);
    return stripped(h.window.tags().swap(address, value), authority);
  }

  /** CLoadTags: the tags of four granules, the lowest in bit 0. */
  static long loadTags(Hart h, Authority authority) {
    authority.usable().permitsLoad().permitsLoadCapability().covers(TAG_LINE);
    long address = authority.address();
    align(address, TAG_LINE, AccessKind.LOAD);
    h.window.pages().check(address, TAG_LINE, AccessKind.LOAD);
    long tags = 0;
    for (int n = 0; n < TAG_LINE / SIZE; n++) {
      if (h.window.tags().load(address + n * (long) TagTable.GRANULE).isTagged()) {
        tags |= 1L << n;
      }
    }
    return tags;
  }

  // Atomics ------------------------------------------------------------------------------------

  /** An LR of an integer; returns what memory held. */
  static long loadReserved(Hart h, Opcode opcode, Authority authority) {
    int size = size(opcode);
    authority.usable().permitsLoad().covers(size);
    long address = authority.address();
    align(address, size, AccessKind.LOAD);
    h.window.pages().check(address, size, AccessKind.LOAD);
    // With the strongest ordering an LR can ask for: the opcode does not tell which it has.
    VarHandle.fullFence();
    long value = loadAligned(h.window, address, size);
    VarHandle.acquireFence();
    h.capabilities.reserve(address, size, Capability.integer(value));
    return value;
  }

  private static long loadAligned(Window w, long address, int size) {
    return switch (size) {
      case 1 -> Memory.loadByte(w, address);
      case 2 -> Memory.loadShort(w, address);
      case 4 -> Memory.loadInt(w, address);
      default -> Memory.loadLong(w, address);
    };
  }

  /** An SC of an integer; returns 0 for success and 1 otherwise. */
  static long storeConditional(Hart h, Opcode opcode, Authority authority, long value) {
    int size = size(opcode);
    authority.usable().permitsStore().covers(size);
    long address = authority.address();
    align(address, size, AccessKind.STORE);
    if (h.capabilities.isReserved(address, size)) {
      h.window.pages().check(address, size, AccessKind.STORE);
    }
    Capability reserved = h.capabilities.takeReservation(address, size);
    boolean done = false;
    if (reserved != null) {
      done = h.window.tags().compareAndSetInteger(address, size, reserved.address(), value);
    }
    return done ? 0 : 1;
  }

  /** LR.C; returns what memory held, without a tag where the authority says so. */
  static Capability loadReservedCapability(Hart h, Authority authority) {
    Capability held = loadWithTag(h.window, authority);
    h.capabilities.reserve(authority.address(), SIZE, held);
    return stripped(held, authority);
  }

  /** SC.C; see {@link #storeConditional}. */
  static long storeConditionalCapability(Hart h, Authority authority, Capability value) {
    authority.usable().permitsStoreOf(value).covers(SIZE);
    long address = authority.address();
    align(address, SIZE, AccessKind.STORE);
    if (h.capabilities.isReserved(address, SIZE)) {
      h.window.pages().checkCapabilityStore(address, value.isTagged());
    }
    Capability reserved = h.capabilities.takeReservation(address, SIZE);
    boolean done = false;
    if (reserved != null) {
      done = h.window.tags().compareAndSet(address, reserved, value);
    }
    return done ? 0 : 1;
  }

  /** An AMO on an integer; returns what memory held. */
  static long atomic(Hart h, Opcode opcode, Authority authority, long value) {
    int size = opcode.compareTo(Opcode.LR_D) < 0 ? 4 : 8;
    authority.usable().permitsLoad().covers(size).permitsStore();
    long address = authority.address();
    align(address, size, AccessKind.STORE);
    GuestAccess.checkAtomic(h.window, address, size, AccessKind.STORE);
    return AtomicInstructions.execute(h, opcode, address, value);
  }

  private static void align(long address, int size, AccessKind kind) {
    if ((address & size - 1) != 0) {
      throw new MisalignedAccess(address, kind);
    }
  }
}
