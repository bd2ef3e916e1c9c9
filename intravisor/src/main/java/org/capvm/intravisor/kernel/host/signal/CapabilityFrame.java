package org.capvm.intravisor.kernel.host.signal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.kernel.host.abi.CallMemory;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * The capability registers in a signal frame: a record behind the ordinary frame, announced as
 * Linux announces further state (struct __riscv_ctx_hdr). It holds PCC, c1 to c31, DDC and the
 * capability of the alternate stack, as capabilities in the guest's memory.
 *
 * <p>The kernel stores and loads them by the authority of the interrupted code: its stack pointer
 * in capability mode, DDC otherwise, or that of the alternate stack. Where this may not store a
 * capability, the record has its bits without a tag. Returning loads what memory holds then: a
 * record that was overwritten has no tag either.
 */
final class CapabilityFrame {
  /** "CHRI". */
  private static final int MAGIC = 0x49524843;

  private static final int HEADER = SignalFrame.SIZE - 8;
  private static final int RECORD = SignalFrame.SIZE;
  private static final int DDC = 32;
  private static final int SIGNAL_STACK = 33;
  private static final int SLOTS = 34;

  /** Size in bytes, with the ordinary frame and the header that ends the list of records. */
  static final int SIZE = RECORD + (SLOTS + 1) * Capability.SIZE;

  private static final int RA = 1;
  private static final int SP = 2;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A2 = 12;

  /** Instructions of the vDSO's rt_sigreturn, in bytes. */
  private static final int RETURN_LENGTH = 8;

  private final Hart h;
  private final Window window;
  private final CapabilityRegisters registers;
  private final SignalStack stack;

  /** What the frame is stored by. */
  private Capability authority;

  private CapabilityFrame(Hart h, SignalStack stack) {
    this.h = h;
    this.window = h.window;
    this.registers = h.capabilities;
    this.stack = stack;
    this.authority = capabilityMode() ? registers.get(SP) : registers.ddc();
  }

  /** That of a hart, or null when it has no capabilities. */
  static CapabilityFrame of(Hart h, SignalStack stack) {
    return h.capabilities == null ? null : new CapabilityFrame(h, stack);
  }

  private boolean capabilityMode() {
    return registers.pccBounds().isCapabilityMode();
  }

  /** What integer addresses are relative to. */
  private long origin() {
    boolean relocates = !capabilityMode() && registers.dialect().relocates();
    return relocates ? registers.ddc().address() : 0;
  }

  /** The address of the stack pointer in the window. */
  long stackPointer() {
    return h.x2 + origin();
  }

  /**
   * Stores a frame.
   *
   * @param image its bytes, the record's still to be filled in
   * @param onSignalStack whether it lies on the alternate stack
   * @throws MemoryFault when that must not be stored to
   */
  void store(long frame, byte[] image, boolean onSignalStack) {
    if (onSignalStack) {
      authority = stack.authority();
    }
    if (!CallMemory.allows(authority, frame, SIZE, AccessKind.STORE)) {
      throw new MemoryFault(frame, AccessKind.STORE, true);
    }
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(HEADER, MAGIC)
        .putInt(HEADER + 4, 8 + SLOTS * Capability.SIZE);
    window.write(frame, MemorySegment.ofArray(image));
    for (int slot = 0; slot < SLOTS; slot++) {
      Capability c = saved(slot);
      long at = frame + RECORD + slot * (long) Capability.SIZE;
      window.tags().store(at, c.taggedIf(mayStore(c, at)));
    }
  }

  private Capability saved(int slot) {
    return switch (slot) {
      case 0 -> registers.pcc();
      case DDC -> registers.ddc();
      case SIGNAL_STACK -> stack.authority();
      default -> registers.get(slot);
    };
  }

  private boolean mayStore(Capability c, long at) {
    return authority.permits(Permissions.STORE_CAPABILITY)
        && (c.permits(Permissions.GLOBAL) || authority.permits(Permissions.STORE_LOCAL_CAPABILITY))
        && (window.pages().permissions(at) & PageTable.UNTAGGED) == 0;
  }

  /** Makes the hart enter a handler whose frame was stored. */
  void enter(HandlerAuthority handler, int signal, long frame, long returnAddress) {
    Capability from = authority;
    long context = frame + SignalFrame.CONTEXT;
    registers.setPcc(handler.pcc());
    registers.setDdc(handler.ddc());
    registers.setInteger(A0, signal);
    if (capabilityMode()) {
      registers.set(RA, signalReturn(returnAddress));
      registers.set(SP, from.withAddress(frame));
      registers.set(A1, part(from, frame, SignalFrame.CONTEXT));
      registers.set(A2, part(from, context, SIZE - SignalFrame.CONTEXT));
    } else {
      long origin = origin();
      registers.setInteger(RA, returnAddress);
      registers.setInteger(SP, frame - origin);
      registers.setInteger(A1, frame - origin);
      registers.setInteger(A2, context - origin);
    }
  }

  /** An entry of the vDSO's code that goes back, and nothing else. */
  private Capability signalReturn(long address) {
    Capability code =
        RootCapabilities.code(registers.dialect(), window.size(), true).withAddress(address);
    return CapabilityOperations.setBounds(registers.dialect(), code, RA, RETURN_LENGTH, false)
        .withType(ObjectType.SENTRY);
  }

  private Capability part(Capability c, long start, long length) {
    return c.withAddress(start).withLength(length).taggedIf(c.covers(start, length));
  }

  /** What a frame holds. */
  record Restored(Capability[] slots) {
    Capability signalStack() {
      return slots[SIGNAL_STACK];
    }

    /**
     * Gives a hart its capabilities back, whose integer registers have been restored: where a
     * handler changed those in the ordinary frame, they are the addresses.
     */
    void to(Hart h) {
      CapabilityRegisters registers = h.capabilities;
      long pc = h.pc;
      for (int n = 1; n < DDC; n++) {
        registers.set(n, moved(slots[n], h.x(n)));
      }
      registers.setDdc(slots[DDC]);
      registers.setPcc(moved(slots[0], pc));
    }

    private static Capability moved(Capability c, long address) {
      return c.address() == address ? c : c.taggedIf(!c.isSealed()).withAddress(address);
    }
  }

  /**
   * Loads what a frame holds.
   *
   * @throws MemoryFault when there is none that may be loaded
   */
  Restored load(long frame) {
    boolean valid =
        frame % Capability.SIZE == 0
            && CallMemory.allows(authority, frame, SIZE, AccessKind.LOAD)
            && Memory.loadInt(window, frame + HEADER) == MAGIC;
    if (!valid) {
      throw new MemoryFault(frame, AccessKind.LOAD, true);
    }
    boolean keepsTags = authority.permits(Permissions.LOAD_CAPABILITY);
    Capability[] slots = new Capability[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      long at = frame + RECORD + slot * (long) Capability.SIZE;
      slots[slot] = window.tags().load(at).taggedIf(keepsTags);
    }
    return new Restored(slots);
  }
}
