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
 *
 * <p>Pages that ever held a tagged capability are marked in memory of the host, a byte each, which
 * {@link TagClearingMemory} looks at: so a store to any other page costs a load and a compare.
 *
 * <p>While only one hart has the window, its loads and stores of capabilities meet nobody, and lock
 * nothing.
 */
public final class TagTable {
  /** Bytes of a granule. */
  public static final int GRANULE = Capability.SIZE;

  private static final int PAGE_SHIFT = Window.PAGE_SHIFT;
  private static final int GRANULE_SHIFT = 4;
  private static final int RECORDS = Window.PAGE / GRANULE;

  /** Locks; a thread that stores capabilities rarely meets another one's granules in a stripe. */
  private static final int STRIPES = 1024;

  /** Distance of two locks in longs: a cache line each. */
  private static final int SPACING = 8;

  private static final VarHandle VERSION = MethodHandles.arrayElementVarHandle(long[].class);

  private static final Unsafe U = Unsafe.getUnsafe();

  // Tables by Unsafe: a capability loaded and stored back took 20 ns with VarHandles, whose
  // adapters
  // use up what C2 inlines into a method.
  private static final long ARRAY_BASE = U.arrayBaseOffset(Capability[].class);
  private static final int ARRAY_SHIFT =
      Integer.numberOfTrailingZeros(U.arrayIndexScale(Capability[].class));

  private final Window window;
  private final Capability[][] pages;
  private final long[] versions = new long[STRIPES * SPACING];

  /** Changes while the only hart is in its kernel, and is read by that hart and later ones only. */
  private boolean locking = true;

  /**
   * @param reach the first address behind all that can be accessed
   */
  TagTable(Window window, long reach) {
    this.window = window;
    this.pages = new Capability[Math.toIntExact(reach >>> PAGE_SHIFT)][];
  }

  /**
   * Says whether several harts may have the window from now on. They may unless somebody says
   * otherwise, who has to be the only one that uses this table, and to say so again before another
   * hart starts.
   */
  public void setShared(boolean shared) {
    locking = shared;
  }

  /**
   * Loads the granule at an aligned address.
   *
   * @throws MemoryFault outside the window
   */
  public Capability load(long address) {
    return load(address, window.hostAddress(address, GRANULE, AccessKind.LOAD));
  }

  /**
   * Loads the granule at an aligned address.
   *
   * @param host its host address, from a check
   */
  Capability load(long address, long host) {
    return locking ? loadConsistently(address, host) : settled(address, host);
  }

  private Capability loadConsistently(long address, long host) {
    int stripe = stripe(address);
    while (true) {
      long version = (long) VERSION.getAcquire(versions, stripe);
      if ((version & 1) == 0) {
        Capability record = record(address);
        Capability bits = bits(host, record);
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
  private static Capability bits(long host, Capability record) {
    long low = InRangeMemory.loadLong(host, 0);
    long high = InRangeMemory.loadLong(host, Long.BYTES);
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
    store(address, checkStore(address), c);
  }

  /**
   * Stores to the granule at an aligned address.
   *
   * @param host its host address, from a check
   */
  void store(long address, long host, Capability c) {
    if (locking) {
      storeLocked(address, host, c);
    } else {
      write(address, host, c);
    }
  }

  private void storeLocked(long address, long host, Capability c) {
    int stripe = stripe(address);
    long version = lock(stripe);
    write(address, host, c);
    unlock(stripe, version);
  }

  /** Stores to a granule, and returns what it held. */
  public Capability swap(long address, Capability c) {
    long host = checkStore(address);
    int stripe = stripe(address);
    long version = lock(stripe);
    Capability old = settled(address, host);
    write(address, host, c);
    unlock(stripe, version);
    return old;
  }

  /** Stores to a granule if it holds all 129 bits of another capability. */
  public boolean compareAndSet(long address, Capability expected, Capability c) {
    long host = checkStore(address);
    int stripe = stripe(address);
    long version = lock(stripe);
    boolean equal = settled(address, host).equals(expected);
    if (equal) {
      write(address, host, c);
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
  private long checkStore(long address) {
    return window.hostAddress(address, GRANULE, AccessKind.STORE);
  }

  private void write(long address, long host, Capability c) {
    Capability[] records = c.isTagged() ? pageFor(address) : page(address);
    if (records != null) {
      U.putReferenceOpaque(records, place(address), c.isTagged() ? c : null);
    }
    InRangeMemory.storeLong(host, 0, c.address());
    InRangeMemory.storeLong(host, Long.BYTES, c.metadataWord());
  }

  /**
   * Forgets the tags of all granules that overlap {@code [address, address + length)}. Integer
   * stores call it before they write.
   *
   * @throws MemoryFault outside the window
   */
  public void clear(long address, long length) {
    window.hostAddress(address, length, AccessKind.STORE);
    long end = address + length;
    for (long at = address & -GRANULE; at < end; at += GRANULE) {
      Capability[] records = page(at);
      if (records == null) {
        at |= Window.PAGE - GRANULE;
      } else {
        clear(records, at);
      }
    }
  }

  /**
   * {@link #clear} for a store of 1 to 8 bytes that is within the window: one granule, or two where
   * it straddles them.
   */
  void clearForStore(long address, int size) {
    clearGranule(address);
    if (((int) address & GRANULE - 1) > GRANULE - size) {
      clearGranule(address + size);
    }
  }

  private void clearGranule(long address) {
    Capability[] records = page(address);
    if (records != null) {
      clear(records, address);
    }
  }

  private static void clear(Capability[] records, long address) {
    if (U.getReferenceOpaque(records, place(address)) != null) {
      U.putReferenceOpaque(records, place(address), null);
    }
  }

  /**
   * Copies the tagged capabilities of some pages to pages of the same or another window, whose
   * bytes were copied before. Each is what its granule held at one moment.
   *
   * @param start page-aligned, as {@code length} and {@code target} are
   */
  public void copy(long start, long length, TagTable to, long target) {
    for (long page = start; page < start + length; page += Window.PAGE) {
      if (page(page) == null) {
        continue;
      }
      for (long at = page; at < page + Window.PAGE; at += GRANULE) {
        Capability c = record(at) == null ? null : load(at);
        if (c != null && c.isTagged()) {
          to.store(target + (at - start), c);
        }
      }
    }
  }

  /** Whether the granule at an aligned address holds a tagged capability. */
  public boolean isTagged(long address) {
    return load(address).isTagged();
  }

  /**
   * Whether a granule of {@code [first, limit)}, which is not empty and lies in one page of the
   * window, has a record. It looks only once, as an integer store does.
   */
  boolean hasRecord(long first, long limit) {
    Capability[] records = page(first);
    if (records != null) {
      for (long at = first & -GRANULE; at < limit; at += GRANULE) {
        if (U.getReferenceOpaque(records, place(at)) != null) {
          return true;
        }
      }
    }
    return false;
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

  /**
   * What a granule holds that nobody else stores to now; a record that memory disagrees with is
   * forgotten.
   */
  private Capability settled(long address, long host) {
    Capability record = record(address);
    Capability bits = bits(host, record);
    if (record != null && bits != record) {
      clearGranule(address);
    }
    return bits;
  }

  private Capability record(long address) {
    Capability[] records = page(address);
    return records == null ? null : (Capability) U.getReferenceAcquire(records, place(address));
  }

  /** The records of the page of an address within the window, or null. */
  private Capability[] page(long address) {
    return (Capability[]) U.getReferenceAcquire(pages, pagePlace(address));
  }

  private static long pagePlace(long address) {
    return ARRAY_BASE + (address >>> PAGE_SHIFT << ARRAY_SHIFT);
  }

  private Capability[] pageFor(long address) {
    Capability[] records = page(address);
    if (records != null) {
      return records;
    }
    mark(address);
    Capability[] fresh = new Capability[RECORDS];
    Object other = U.compareAndExchangeReference(pages, pagePlace(address), null, fresh);
    return other != null ? (Capability[]) other : fresh;
  }

  /**
   * Marks a page before it gets its first record, for {@link TagClearingMemory}; and the page
   * below, whose last bytes a store may begin in.
   */
  private void mark(long address) {
    long host = window.hostDelta() + address;
    U.putByte(window.tagMarks + (host >>> PAGE_SHIFT), (byte) 1);
    U.putByte(window.tagMarks + (host - Window.PAGE >>> PAGE_SHIFT), (byte) 1);
    VarHandle.fullFence();
  }

  /** The offset of a granule's record in those of its page. */
  private static long place(long address) {
    int index = (int) address >>> GRANULE_SHIFT & RECORDS - 1;
    return ARRAY_BASE + ((long) index << ARRAY_SHIFT);
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
