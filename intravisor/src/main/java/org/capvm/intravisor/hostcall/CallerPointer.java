package org.capvm.intravisor.hostcall;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.MisalignedAccess;
import org.capvm.runtime.memory.Window;

/**
 * A pointer that a hostcall was given, with the authority that the caller's own access through it
 * would have: the capability itself in capability mode, DDC otherwise, and the window only for a
 * hart without capabilities.
 *
 * <p>All methods throw {@link MemoryFault} for what the caller may not do.
 */
public final class CallerPointer {
  private static final int FIRST_ARGUMENT = 10;
  private static final int LAST_ARGUMENT = 17;

  private final Window window;
  private final long address;
  private final Optional<Capability> authority;

  private CallerPointer(Window window, long address, Optional<Capability> authority) {
    this.window = window;
    this.address = address;
    this.authority = authority;
  }

  /** The pointer in a register. */
  public static CallerPointer of(Hart h, int register) {
    return isCapability(h)
        ? new CallerPointer(h.window, h.x(register), Optional.of(h.capabilities.get(register)))
        : ofInteger(h, h.x(register));
  }

  static boolean isCapability(Hart h) {
    return h.capabilities != null && h.capabilities.pccBounds().isCapabilityMode();
  }

  private static CallerPointer ofInteger(Hart h, long value) {
    CapabilityRegisters registers = h.capabilities;
    if (registers == null) {
      return new CallerPointer(h.window, value, Optional.empty());
    }
    Capability ddc = registers.ddc();
    long start = registers.dialect().relocates() ? ddc.address() : 0;
    return new CallerPointer(h.window, start + value, Optional.of(ddc));
  }

  /**
   * Bytes that a hart's hostcall is about, for who serves it: under DDC in integer mode; in
   * capability mode with the authority of an argument that allows what is done with them.
   *
   * @throws MemoryFault when none does
   */
  private static CallerPointer given(Hart h, long address, long length, int permissions) {
    if (!isCapability(h)) {
      return ofInteger(h, address);
    }
    for (int n = FIRST_ARGUMENT; n <= LAST_ARGUMENT; n++) {
      Capability c = h.capabilities.get(n);
      if (length >= 0 && allows(c, address, length, permissions)) {
        return new CallerPointer(h.window, address, Optional.of(c));
      }
    }
    throw new MemoryFault(address, AccessKind.LOAD, true);
  }

  /** Bytes to read that another hart's hostcall is about, as {@link #readable} has them. */
  static MemorySegment readableOf(Hart h, long address, long length) {
    return given(h, address, length, Permissions.LOAD).readable(length);
  }

  /** Writes bytes that another hart's hostcall is about, as {@link #write} does. */
  static void writeOf(Hart h, long address, MemorySegment bytes) {
    given(h, address, bytes.byteSize(), Permissions.STORE).write(bytes);
  }

  /** Bytes of a pointer in memory: 16 in capability mode, 8 otherwise. */
  public static int size(Hart h) {
    return isCapability(h) ? Capability.SIZE : Long.BYTES;
  }

  /** Where it leads in the caller's window. */
  public long address() {
    return address;
  }

  private void require(long at, long length, int permissions, AccessKind kind) {
    boolean allowed =
        length >= 0 && (authority.isEmpty() || allows(authority.get(), at, length, permissions));
    if (!allowed) {
      throw new MemoryFault(at, kind, true);
    }
    // The range first, since looking at the pages of a huge one would take long.
    window.segment(at, length);
    window.pages().check(at, length, kind);
  }

  private static boolean allows(Capability c, long at, long length, int permissions) {
    return c.isTagged() && !c.isSealed() && c.permits(permissions) && c.covers(at, length);
  }

  /** The pointer to a place behind this one's, with the same authority. */
  public CallerPointer plus(long bytes) {
    return new CallerPointer(window, address + bytes, authority);
  }

  /** The word of 4 bytes at an offset. */
  public int loadInt(long offset) {
    require(address + offset, Integer.BYTES, Permissions.LOAD, AccessKind.LOAD);
    return Memory.loadInt(window, address + offset);
  }

  /** The 8 bytes at an offset. */
  public long loadLong(long offset) {
    require(address + offset, Long.BYTES, Permissions.LOAD, AccessKind.LOAD);
    return Memory.loadLong(window, address + offset);
  }

  /** The pointer at an offset, as the caller would load it. */
  public CallerPointer loadPointer(Hart h, long offset) {
    if (!isCapability(h)) {
      return ofInteger(h, loadLong(offset));
    }
    long at = address + offset;
    require(at, Capability.SIZE, Permissions.LOAD, AccessKind.LOAD);
    if (at % Capability.SIZE != 0) {
      throw new MisalignedAccess(at, AccessKind.LOAD);
    }
    boolean kept = authority.orElseThrow().permits(Permissions.LOAD_CAPABILITY);
    Capability loaded = window.tags().load(at).taggedIf(kept);
    return new CallerPointer(window, loaded.address(), Optional.of(loaded));
  }

  /** That bytes may be read. */
  public void requireReadable(long length) {
    require(address, length, Permissions.LOAD, AccessKind.LOAD);
  }

  /** Bytes to read, for no longer than the call. Another hart may change them meanwhile. */
  public MemorySegment readable(long length) {
    requireReadable(length);
    return window.segment(address, length);
  }

  /**
   * Text up to a NUL, of which each byte is read once.
   *
   * @param longest in bytes without the NUL
   * @return nothing when it is longer, or not in ASCII
   */
  public Optional<String> text(int longest) {
    byte[] bytes = new byte[longest];
    for (int n = 0; n <= longest; n++) {
      require(address + n, 1, Permissions.LOAD, AccessKind.LOAD);
      byte b = Memory.loadByte(window, address + n);
      if (b == 0) {
        return Optional.of(new String(bytes, 0, n, StandardCharsets.US_ASCII));
      }
      if (b < 0 || n == longest) {
        break;
      }
      bytes[n] = b;
    }
    return Optional.empty();
  }

  /** That bytes may be written. */
  public void requireWritable(long length) {
    require(address, length, Permissions.STORE, AccessKind.STORE);
  }

  /** Writes bytes, and clears the tags of what is overwritten. */
  public void write(MemorySegment bytes) {
    requireWritable(bytes.byteSize());
    window.write(address, bytes);
  }

  /** That a global capability may be written: aligned, where memory has tags. */
  public void requireCapabilityWritable() {
    int permissions = Permissions.STORE | Permissions.STORE_CAPABILITY;
    require(address, Capability.SIZE, permissions, AccessKind.STORE);
    if ((address & Capability.SIZE - 1) != 0) {
      throw new MisalignedAccess(address, AccessKind.STORE);
    }
    if (window.tags() == null) {
      throw new MemoryFault(address, AccessKind.STORE, true);
    }
  }

  /** Writes a capability that is global. */
  public void writeCapability(Capability value) {
    requireCapabilityWritable();
    window.tags().store(address, value);
  }
}
