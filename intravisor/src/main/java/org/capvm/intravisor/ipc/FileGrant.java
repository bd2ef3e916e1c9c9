package org.capvm.intravisor.ipc;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.memory.Alias;
import org.capvm.runtime.memory.MemoryFile;
import org.capvm.runtime.memory.Window;

/** What a cVM has of a buffer: a mapping of its own, and a capability to it. */
public final class FileGrant {
  private final boolean writable;
  private final Alias alias;
  private final Capability capability;
  private boolean open = true;

  /**
   * @param size of the buffer in bytes
   * @throws OutOfMemoryError when it cannot be mapped
   */
  FileGrant(Window window, MemoryFile memory, long size, boolean writable) {
    this.writable = writable;
    this.alias = window.aliases().show(memory, -CompressedBounds.alignmentMask(size), writable);
    int writing = writable ? Permissions.STORE : 0;
    this.capability =
        Capability.ROOT
            .withAddress(alias.address())
            .withLength(size)
            .withPermissions(Permissions.GLOBAL | Permissions.LOAD | writing);
  }

  /** Loads, and stores where it is writable, integers of the buffer, and nothing else. */
  public Capability capability() {
    return capability;
  }

  public boolean isWritable() {
    return writable;
  }

  boolean isOpen() {
    return open;
  }

  /** Whether an address is in its mapping. */
  boolean holds(long address) {
    return open && address >= alias.address() && address < alias.address() + alias.length();
  }

  /** Ends it; see {@link Alias#hide}. */
  void close() {
    if (open) {
      alias.hide();
      open = false;
    }
  }

  /**
   * Shows the same buffer again. Capabilities that are left from before are the same cVM's, to the
   * same buffer with the same rights.
   */
  void reopen(MemoryFile memory) {
    alias.show(memory, writable);
    open = true;
  }
}
