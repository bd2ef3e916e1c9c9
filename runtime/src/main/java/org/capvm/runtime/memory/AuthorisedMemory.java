package org.capvm.runtime.memory;

import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;

/**
 * Memory accesses of translated code in a window with tags, each authorised by a capability.
 *
 * <p>Every accessor contains all its checks: tag, seal, permission and bounds of the capability,
 * alignment where it matters, the window and the permissions of the pages. An access that does not
 * pass throws {@link RefusedAccess}; which check it was decides the interpreter. Stores of integers
 * clear the tags of the granules that they touch.
 */
public final class AuthorisedMemory {
  private AuthorisedMemory() {}

  private static long loadable(Window w, Capability c, long address, int size) {
    long host = c.allowsLoad(address, size) ? AccessCheck.load(w, address, size) : 0;
    if (host == 0) {
      throw RefusedAccess.INSTANCE;
    }
    return host;
  }

  private static long storable(Window w, Capability c, long address, int size) {
    long host = c.allowsStore(address, size) ? AccessCheck.store(w, address, size) : 0;
    if (host == 0) {
      throw RefusedAccess.INSTANCE;
    }
    return host;
  }

  public static byte loadByte(Capability c, long address, Window w) {
    return InRangeMemory.loadByte(loadable(w, c, address, 1), 0);
  }

  public static void storeByte(Capability c, long address, byte value, Window w) {
    long host = storable(w, c, address, 1);
    w.tags().clearForStore(address, 1);
    InRangeMemory.storeByte(host, 0, value);
  }

  public static int loadUnsignedByte(Capability c, long address, Window w) {
    return InRangeMemory.loadUnsignedByte(loadable(w, c, address, 1), 0);
  }

  public static short loadShort(Capability c, long address, Window w) {
    return InRangeMemory.loadShort(loadable(w, c, address, 2), 0);
  }

  public static void storeShort(Capability c, long address, short value, Window w) {
    long host = storable(w, c, address, 2);
    w.tags().clearForStore(address, 2);
    InRangeMemory.storeShort(host, 0, value);
  }

  public static int loadUnsignedShort(Capability c, long address, Window w) {
    return InRangeMemory.loadUnsignedShort(loadable(w, c, address, 2), 0);
  }

  public static int loadInt(Capability c, long address, Window w) {
    return InRangeMemory.loadInt(loadable(w, c, address, 4), 0);
  }

  public static void storeInt(Capability c, long address, int value, Window w) {
    long host = storable(w, c, address, 4);
    w.tags().clearForStore(address, 4);
    InRangeMemory.storeInt(host, 0, value);
  }

  public static long loadUnsignedInt(Capability c, long address, Window w) {
    return InRangeMemory.loadUnsignedInt(loadable(w, c, address, 4), 0);
  }

  public static long loadLong(Capability c, long address, Window w) {
    return InRangeMemory.loadLong(loadable(w, c, address, 8), 0);
  }

  public static void storeLong(Capability c, long address, long value, Window w) {
    long host = storable(w, c, address, 8);
    w.tags().clearForStore(address, 8);
    InRangeMemory.storeLong(host, 0, value);
  }

  /** A load of a capability: its tag is stripped where the authority lacks LOAD_CAP. */
  public static Capability loadCapability(Capability c, long address, Window w) {
    if ((address & Capability.SIZE - 1) != 0) {
      throw RefusedAccess.INSTANCE;
    }
    long host = c.allowsLoad(address, Capability.SIZE) ? AccessCheck.loadGranule(w, address) : 0;
    if (host == 0) {
      throw RefusedAccess.INSTANCE;
    }
    return w.tags().load(address, host).taggedIf(c.permits(Permissions.LOAD_CAPABILITY));
  }

  /** A store of a capability: a tagged one needs STORE_CAP, and STORE_LOCAL_CAP or GLOBAL. */
  public static void storeCapability(Capability c, long address, Capability value, Window w) {
    boolean allowed =
        !value.isTagged()
            || c.permits(Permissions.STORE_CAPABILITY)
                && (value.permits(Permissions.GLOBAL)
                    || c.permits(Permissions.STORE_LOCAL_CAPABILITY));
    if (!allowed || (address & Capability.SIZE - 1) != 0) {
      throw RefusedAccess.INSTANCE;
    }
    long host = c.allowsStore(address, Capability.SIZE) ? AccessCheck.storeGranule(w, address) : 0;
    if (host == 0) {
      throw RefusedAccess.INSTANCE;
    }
    if (value.isTagged() && (w.permissions[(int) (address >>> 12)] & PageTable.UNTAGGED) != 0) {
      throw RefusedAccess.INSTANCE;
    }
    w.tags().store(address, host, value);
  }
}
