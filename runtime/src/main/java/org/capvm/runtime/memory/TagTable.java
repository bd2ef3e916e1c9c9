package org.capvm.runtime.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import jdk.internal.misc.Unsafe;
import org.capvm.runtime.capability.Capability;

/**
 * The tags of a window, and loads and stores of capabilities.
 *
 * <p>A granule of 16 bytes holds a capability when this table has a record for it and memory holds
 * the record's bits. The record is the capability itself: an immutable value that was stored as a
 * whole, so no sequence of stores, racing or not, can make one that was never stored. Records live
 * in pages that are allocated when a capability is first stored there.
 *
 * <p>Capability accesses of a granule are single-copy atomic among themselves by a sequence lock:
 * stores make the version of the granule's stripe odd, write, and make it even again; loads read
 * until the version was even and the same before and after. Integer stores do not take part: they
 * forget the record ({@link #clear}) and then write. When the two race, memory differs from the
 * record; a load that sees this forgets the record, so that nobody can make it valid again by
 * writing the old bits back. Read-modify-writes of integers take the lock: whether they write, and
 * what, depends on what they read.
 */
public final class TagTable {
  /** Bytes of a granule. */
  public static final int GRANULE = Capability.SIZE;

  private static final int PAGE_SHIFT = 12;
  private static final int GRANULE_SHIFT = 4;
  private static final int RECORDS = Window.PAGE / GRANULE;

  /** Locks; a thread that stores capabilities rarely meets another one's granules in a stripe. */
  private static final int STRIPES = 1024;

  /** Distance of two locks in longs: a cache line each. */
  private static final int SPACING = 8;

  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Capability[][].class);
  private static final VarHandle RECORD = MethodHandles.arrayElementVarHandle(Capability[].class);
  private static final VarHandle VERSION = MethodHandles.arrayElementVarHandle(long[].class);

  private static final Unsafe U = Unsafe.getUnsafe();

  private final Window window;
  private final Capability[][] pages;
  private final long[] versions = new long[STRIPES * SPACING];

  TagTable(Window window) {
    this.window = window;
    this.pages = new Capability[Math.toIntExact(window.size() >>> PAGE_SHIFT)][];
  }

  /**
   * Loads the granule at an aligned address.
   *
   * @throws MemoryFault outside the window
   */
  public Capability load(long address) {
    int stripe = stripe(address);
    while (true) {
      long version = (long) VERSION.getAcquire(versions, stripe);
      if ((version & 1) == 0) {
        Capability record = record(address);
        Capability bits = bits(address, record);
        VarHandle.loadLoadFence();
        if ((long) VERSION.getOpaque(versions, stripe) == version
            && (record == null || bits == record || forget(address, stripe, version))) {
          return bits;
        }
      }
      Thread.onSpinWait();
    }
  }

  /** The record when memory agrees with it, and what memory holds otherwise. */
  private Capability bits(long address, Capability record) {
    long low = Memory.loadLong(window, address);
    long high = Memory.loadLong(window, address + 8);
    return record != null && record.address() == low && record.metadataWord() == high
        ? record
        : Capability.fromMemory(false, high, low);
  }

  /**
   * Stores to the granule at an aligned address.
   *
   * @throws MemoryFault outside the window
   */
  public void store(long address, Capability c) {
    checkStore(address);
    int stripe = stripe(address);
    long version = lock(stripe);
    write(address, c);
    unlock(stripe, version);
  }

  /** Stores to a granule, and returns what it held. */
  public Capability swap(long address, Capability c) {
    checkStore(address);
    int stripe = stripe(address);
    long version = lock(stripe);
    Capability old = settled(address);
    write(address, c);
    unlock(stripe, version);
    return old;
  }

  /** Stores to a granule if it holds all 129 bits of another capability. */
  public boolean compareAndSet(long address, Capability expected, Capability c) {
    checkStore(address);
    int stripe = stripe(address);
    long version = lock(stripe);
    boolean equal = settled(address).equals(expected);
    if (equal) {
      write(address, c);
    }
    unlock(stripe, version);
    return equal;
  }

  /**
   * Stores an integer of 1, 2, 4 or 8 bytes at a naturally aligned address if memory holds another.
   *
   * @return whether it did; only then the tag of the granule is clear
   */
  public boolean compareAndSetInteger(long address, int size, long expected, long value) {
    long host = window.hostAddress(address, size, AccessKind.STORE);
    int stripe = stripe(address);
    long version = lock(stripe);
    boolean done =
        switch (size) {
          case 1 -> U.compareAndSetByte(null, host, (byte) expected, (byte) value);
          case 2 -> U.compareAndSetShort(null, host, (short) expected, (short) value);
          case 4 -> U.compareAndSetInt(null, host, (int) expected, (int) value);
          default -> U.compareAndSetLong(null, host, expected, value);
        };
    if (done) {
      clearGranule(address);
    }
    unlock(stripe, version);
    return done;
  }

  /**
   * Carries out an atomic operation on an integer, which always writes, and clears the tag.
   *
   * @param address naturally aligned
   * @param size in bytes, 4 or 8
   * @param operation reads and writes those bytes and nothing else
   * @return its result
   * @throws MemoryFault outside the window
   */
  public long update(long address, int size, LongSupplier operation) {
    window.hostAddress(address, size, AccessKind.STORE);
    int stripe = stripe(address);
    long version = lock(stripe);
    try {
      clearGranule(address);
      return operation.getAsLong();
    } finally {
      unlock(stripe, version);
    }
  }

  /** Faults before anything is locked: nothing between lock and unlock may throw. */
  private void checkStore(long address) {
    window.hostAddress(address, GRANULE, AccessKind.STORE);
  }

  private void write(long address, Capability c) {
    Capability[] records = c.isTagged() ? pageFor(address) : page(address);
    if (records != null) {
      RECORD.setOpaque(records, index(address), c.isTagged() ? c : null);
    }
    Memory.storeLong(window, address, c.address());
    Memory.storeLong(window, address + 8, c.metadataWord());
  }

  /**
   * Forgets the tags of all granules that overlap {@code [address, address + length)}. Integer
   * stores call it before they write.
   */
  public void clear(long address, long length) {
    long end = address + length;
    for (long at = address & -GRANULE; at < end; at += GRANULE) {
      Capability[] records = page(at);
      if (records == null) {
        at |= Window.PAGE - GRANULE;
      } else if ((Capability) RECORD.getOpaque(records, index(at)) != null) {
        RECORD.setOpaque(records, index(at), null);
      }
    }
  }

  /** {@link #clear} for a store of 1 to 8 bytes: one granule, or two where it straddles them. */
  void clearForStore(long address, int size) {
    clearGranule(address);
    if (((int) address & GRANULE - 1) > GRANULE - size) {
      clearGranule(address + size);
    }
  }

  private void clearGranule(long address) {
    Capability[] records = page(address);
    if (records != null && (Capability) RECORD.getOpaque(records, index(address)) != null) {
      RECORD.setOpaque(records, index(address), null);
    }
  }

  /** Whether the granule at an aligned address holds a tagged capability. */
  public boolean isTagged(long address) {
    return load(address).isTagged();
  }

  /**
   * Forgets the record of a granule whose memory a load found to differ.
   *
   * @param version since when nobody has stored a capability there: another store of the same one
   *     must not lose its tag
   * @return false when somebody has
   */
  private boolean forget(long address, int stripe, long version) {
    if (!(boolean) VERSION.compareAndSet(versions, stripe, version, version + 1)) {
      return false;
    }
    clearGranule(address);
    unlock(stripe, version);
    return true;
  }

  /** What a granule holds whose lock is held; a record that memory disagrees with is forgotten. */
  private Capability settled(long address) {
    Capability record = record(address);
    Capability bits = bits(address, record);
    if (record != null && bits != record) {
      clearGranule(address);
    }
    return bits;
  }

  private Capability record(long address) {
    Capability[] records = page(address);
    return records == null ? null : (Capability) RECORD.getAcquire(records, index(address));
  }

  private Capability[] page(long address) {
    long page = address >>> PAGE_SHIFT;
    return page < pages.length ? (Capability[]) PAGE.getAcquire(pages, (int) page) : null;
  }

  private Capability[] pageFor(long address) {
    Capability[] records = page(address);
    if (records != null) {
      return records;
    }
    Capability[] fresh = new Capability[RECORDS];
    int page = (int) (address >>> PAGE_SHIFT);
    Capability[] other = (Capability[]) PAGE.compareAndExchange(pages, page, null, fresh);
    return other != null ? other : fresh;
  }

  private static int index(long address) {
    return (int) address >>> GRANULE_SHIFT & RECORDS - 1;
  }

  private static int stripe(long address) {
    return ((int) (address >>> GRANULE_SHIFT) & STRIPES - 1) * SPACING;
  }

  private long lock(int stripe) {
    while (true) {
      long version = (long) VERSION.getOpaque(versions, stripe);
      if ((version & 1) == 0
          && (boolean) VERSION.compareAndSet(versions, stripe, version, version + 1)) {
        return version;
      }
      Thread.onSpinWait();
    }
  }

  private void unlock(int stripe, long version) {
    VERSION.setRelease(versions, stripe, version + 2);
  }
}
