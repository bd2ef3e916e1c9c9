package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.CallMemory;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.HandlerAuthority;
import org.capvm.intravisor.kernel.host.signal.SignalAction;
import org.capvm.intravisor.kernel.host.signal.SignalStack;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;

/** struct sigaction and stack_t in guest memory; pointers in them are as wide as the caller's. */
final class HandlerStructure {
  private HandlerStructure() {}

  /**
   * Whether code may install handlers, which see all registers of what they interrupt: under
   * capabilities that takes the permission for system registers.
   */
  static boolean mayInstall(Hart h) {
    return h.capabilities == null
        || h.capabilities.pccBounds().permits(Permissions.ACCESS_SYSTEM_REGISTERS);
  }

  static SignalAction load(Task task, GuestMemory memory, long address) {
    int pointer = memory.pointerSize();
    long flags = memory.getLong(address + pointer);
    long mask = memory.getLong(address + pointer + 8) & ~Signals.UNBLOCKABLE;
    CapabilityRegisters registers = task.hart().capabilities;
    if (registers == null) {
      return new SignalAction(memory.getLong(address), flags, mask);
    }
    Capability handler =
        pointer == Long.BYTES
            ? Capability.integer(memory.getLong(address))
            : ((CallMemory) memory).capability(address);
    return new SignalAction(
        handler.address(), flags, mask, HandlerAuthority.of(registers, handler));
  }

  static void store(Task task, GuestMemory memory, long address, SignalAction action) {
    int pointer = memory.pointerSize();
    if (pointer == Long.BYTES) {
      memory.putLong(address, action.handler());
    } else {
      // The handler may have more rights than the caller, who could then jump to it.
      Capability handler =
          action.authority() == null
              ? Capability.integer(action.handler())
              : action.authority().handler();
      ((CallMemory) memory).putCapability(address, handler.taggedIf(mayInstall(task.hart())));
    }
    memory.putLong(address + pointer, action.flags());
    memory.putLong(address + pointer + 8, action.mask());
  }

  /** Reads a stack_t; sizes below the minimum of sigaltstack are the caller's business. */
  static SignalStack loadStack(Task task, GuestMemory memory, long address) {
    int pointer = memory.pointerSize();
    int flags = memory.getInt(address + pointer);
    boolean autoDisarm = (flags & SignalStack.SS_AUTODISARM) != 0;
    if ((flags & SignalStack.SS_DISABLE) != 0) {
      return new SignalStack(0, 0, autoDisarm);
    }
    long base = memory.pointer(address);
    SignalStack stack = new SignalStack(base, memory.getLong(address + pointer + 8), autoDisarm);
    CapabilityRegisters registers = task.hart().capabilities;
    if (registers == null) {
      return stack;
    }
    return stack.under(
        pointer == Long.BYTES ? registers.ddc() : ((CallMemory) memory).capability(address));
  }

  static void storeStack(GuestMemory memory, long address, SignalStack stack, long sp) {
    int pointer = memory.pointerSize();
    memory.putLong(address, stack.base());
    if (pointer != Long.BYTES) {
      memory.putLong(address + Long.BYTES, 0);
    }
    memory.putInt(address + pointer, stack.flags(sp));
    memory.putInt(address + pointer + 4, 0);
    memory.putLong(address + pointer + 8, stack.size());
  }
}
