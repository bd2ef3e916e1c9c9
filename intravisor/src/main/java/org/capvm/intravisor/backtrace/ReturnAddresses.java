package org.capvm.intravisor.backtrace;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * The return address in ra, and those in the chain of frame records (RISC-V psABI), where the guest
 * keeps one. Its memory is not trusted: the chain only ever goes up, and long ones are cut.
 */
public final class ReturnAddresses {
  private static final int MOST = 32;

  private ReturnAddresses() {}

  /** The innermost first; without such as lead to no code, and none twice in a row. */
  public static List<Long> of(Hart h) {
    List<Long> addresses = new ArrayList<>();
    add(addresses, h, h.x1);
    // A record lies below the frame pointer: ra, and below it the frame pointer of the caller.
    boolean capabilities = h.capabilities != null && h.capabilities.pccBounds().isCapabilityMode();
    int width = capabilities ? Capability.SIZE : Long.BYTES;
    long frame = h.x8;
    try {
      for (int n = 0; n < MOST; n++) {
        add(addresses, h, load(h.window, frame - width));
        long next = load(h.window, frame - 2L * width);
        if (Long.compareUnsigned(next, frame) <= 0) {
          break;
        }
        frame = next;
      }
    } catch (MemoryFault e) {
      // The chain ends where it leaves readable memory.
    }
    return addresses;
  }

  private static long load(Window w, long address) {
    w.segment(address, Long.BYTES);
    w.pages().check(address, Long.BYTES, AccessKind.LOAD);
    return Memory.loadLong(w, address);
  }

  private static void add(List<Long> addresses, Hart h, long address) {
    boolean again = !addresses.isEmpty() && addresses.getLast() == address;
    if (!again && isCode(h.window, address)) {
      addresses.add(address);
    }
  }

  private static boolean isCode(Window w, long address) {
    try {
      w.segment(address, 1);
      w.pages().check(address, 1, AccessKind.FETCH);
      return true;
    } catch (MemoryFault e) {
      return false;
    }
  }
}
