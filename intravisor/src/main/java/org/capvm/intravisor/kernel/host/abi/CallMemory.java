package org.capvm.intravisor.kernel.host.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * Guest memory as the caller of one system call may reach it, in a window with tags: the kernel
 * accesses nothing that the caller could not have accessed itself.
 *
 * <p>In capability mode pointers are capabilities: an argument authorises what is accessed through
 * it, and what a handler computes from arguments must lie within one of them. Structures hold
 * pointers as capabilities, too, of 16 bytes. In integer mode everything is under DDC.
 *
 * <p>A handler writes to copies, which go to the guest, and clear tags there, when the handler says
 * how much was received, or has succeeded.
 */
public final class CallMemory extends GuestMemory implements AutoCloseable {
  /** Software's permission to change mappings: the second of the four, as CheriBSD has it. */
  public static final int CHANGE_MAPPINGS = 1 << 16;

  private static final int ARGUMENTS = 6;
  private static final int FIRST = 10;

  /** What a handler writes instead of memory at an address. */
  private record Written(long address, MemorySegment copy) {}

  private final Window window;

  /** DDC alone, or the capabilities that are arguments. */
  private final Capability[] authorities;

  private final boolean capabilityMode;

  /** What is added to integer addresses: they are offsets from DDC in the older version. */
  private final long origin;

  private final Dialect dialect;

  private final List<Written> written = new ArrayList<>();
  private Capability nested = Capability.NULL;
  private Capability result;
  private Arena arena;

  private CallMemory(Hart h, Capability[] authorities, boolean capabilityMode, long origin) {
    super(h.window);
    this.window = h.window;
    this.dialect = h.capabilities.dialect();
    this.authorities = authorities;
    this.capabilityMode = capabilityMode;
    this.origin = origin;
  }

  /** What the hart may reach with the arguments that it has now. */
  public static CallMemory of(Hart h) {
    CapabilityRegisters registers = h.capabilities;
    if (!registers.pccBounds().isCapabilityMode()) {
      Capability ddc = registers.ddc();
      long origin = registers.dialect().relocates() ? ddc.address() : 0;
      return new CallMemory(h, new Capability[] {ddc}, false, origin);
    }
    Capability[] arguments = new Capability[ARGUMENTS];
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments[i] = registers.get(FIRST + i);
    }
    return new CallMemory(h, arguments, true, 0);
  }

  /** Whether a capability allows an access, but for the pages. */
  public static boolean allows(Capability c, long address, long length, AccessKind kind) {
    int need = kind == AccessKind.STORE ? Permissions.STORE : Permissions.LOAD;
    return c.isTagged()
        && !c.isSealed()
        && c.permits(need)
        && length >= 0
        && c.covers(address, length);
  }

  @Override
  protected long reach(long address, long length, AccessKind kind) {
    long at = address + origin;
    authority(at, length, kind);
    return super.reach(at, length, kind);
  }

  private Capability authority(long address, long length, AccessKind kind) {
    if (allows(nested, address, length, kind)) {
      return nested;
    }
    for (Capability c : authorities) {
      if (allows(c, address, length, kind)) {
        return c;
      }
    }
    throw new MemoryFault(address, kind, true);
  }

  @Override
  protected long extent(long address, long most) {
    long at = address + origin;
    long allowed = within(nested, at, most);
    for (Capability c : authorities) {
      allowed = Math.max(allowed, within(c, at, most));
    }
    return Math.max(allowed, 1);
  }

  private static long within(Capability c, long address, long most) {
    if (!allows(c, address, 1, AccessKind.LOAD)) {
      return 0;
    }
    long left = c.top() - address;
    return c.topCarry() == 0 && Long.compareUnsigned(left, most) < 0 ? left : most;
  }

  @Override
  public void requireArgument(int index, long address, long length, AccessKind kind) {
    long at = address + origin;
    if (!allows(authorities[capabilityMode ? index : 0], at, length, kind)) {
      throw new MemoryFault(at, kind, true);
    }
    super.reach(at, length, kind);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Memory that is unmapped, moved or forbidden is lost to all who have capabilities for it: it
   * takes the permission to store, and one of software's.
   */
  @Override
  public void requireMapping(int index, long address, long length) {
    Capability c = authorities[capabilityMode ? index : 0];
    if (origin != 0
        || !c.permits(CHANGE_MAPPINGS)
        || !allows(c, address, length, AccessKind.STORE)) {
      throw new MemoryFault(address, AccessKind.STORE, true);
    }
  }

  @Override
  public long laterWritten(long address, long length) {
    return isWritable(address, length) ? address + origin : 0;
  }

  @Override
  public long mapped(long address, long length, boolean executable) {
    if (capabilityMode && !Errno.isError(address)) {
      result = RootCapabilities.mapped(dialect, address, length, executable);
    }
    return address;
  }

  @Override
  public long mappingAlignment(long length) {
    return capabilityMode && length > 0 && length <= window.size()
        ? Math.max(Window.PAGE, -CompressedBounds.alignmentMask(length))
        : Window.PAGE;
  }

  @Override
  public long mappingLength(long length) {
    return capabilityMode && length > 0 && length <= window.size()
        ? CompressedBounds.roundedLength(length + Window.PAGE - 1 & -Window.PAGE)
        : length;
  }

  /** The result of the call where it is a pointer, null otherwise. */
  public Capability result() {
    return result;
  }

  @Override
  public int pointerSize() {
    return capabilityMode ? Capability.SIZE : Long.BYTES;
  }

  @Override
  public long pointer(long address) {
    if (!capabilityMode) {
      return getLong(address);
    }
    nested = capability(address);
    return nested.address();
  }

  /**
   * A capability within a structure, as the caller would load it.
   *
   * @throws MemoryFault when it may not be loaded, or is not aligned
   */
  public Capability capability(long address) {
    long at = reach(address, Capability.SIZE, AccessKind.LOAD);
    if (at % Capability.SIZE != 0) {
      throw new MemoryFault(at, AccessKind.LOAD, true);
    }
    Capability by = authority(at, Capability.SIZE, AccessKind.LOAD);
    return window.tags().load(at).taggedIf(by.permits(Permissions.LOAD_CAPABILITY));
  }

  /**
   * Stores a capability into a structure, as the caller would; without its tag where the caller
   * must not store it.
   *
   * @throws MemoryFault when nothing may be stored there, or the place is not aligned
   */
  public void putCapability(long address, Capability c) {
    long at = reach(address, Capability.SIZE, AccessKind.STORE);
    if (at % Capability.SIZE != 0) {
      throw new MemoryFault(at, AccessKind.STORE, true);
    }
    Capability by = authority(at, Capability.SIZE, AccessKind.STORE);
    boolean kept =
        by.permits(Permissions.STORE_CAPABILITY)
            && (c.permits(Permissions.GLOBAL) || by.permits(Permissions.STORE_LOCAL_CAPABILITY))
            && (window.pages().permissions(at) & PageTable.UNTAGGED) == 0;
    window.tags().store(at, c.taggedIf(kept));
  }

  @Override
  public MemorySegment writable(long address, long length) {
    if (length == 0) {
      return MemorySegment.NULL;
    }
    long at = reach(address, length, AccessKind.STORE);
    if (arena == null) {
      arena = Arena.ofConfined();
    }
    MemorySegment copy = arena.allocate(length, Long.BYTES);
    copy.copyFrom(window.segment(at, length));
    written.add(new Written(at, copy));
    return copy;
  }

  @Override
  public long received(long result) {
    long left = Math.max(result, 0);
    for (Written w : written) {
      long part = Math.min(left, w.copy().byteSize());
      window.write(w.address(), w.copy().asSlice(0, part));
      left -= part;
    }
    written.clear();
    return result;
  }

  /** The call has ended: what a handler wrote counts if it succeeded. */
  public void finish(long result) {
    received(result < 0 ? 0 : Long.MAX_VALUE);
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
