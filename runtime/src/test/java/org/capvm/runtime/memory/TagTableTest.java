package org.capvm.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.capvm.runtime.capability.Capability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TagTableTest {
  private static final long A = 0x20000;
  private static final int ROUNDS = 1_000_000;
  private static final Capability X = Capability.ROOT.withAddress(0x1234).withLength(0x10);
  private static final Capability Y = Capability.ROOT.withAddress(0x99_0000).withLength(0x7000);

  private final Window window = new Window(1 << 20, true);
  private final TagTable tags = window.tags();

  @AfterEach
  void close() {
    window.close();
  }

  /** What an integer store of a cVM with capabilities does. */
  private void storeLong(long address, long value) {
    tags.clear(address, Long.BYTES);
    Memory.storeLong(window, address, value);
  }

  @Test
  void aStoredCapabilityIsLoaded() {
    tags.store(A, X);
    assertEquals(X, tags.load(A));
    assertEquals(X.address(), Memory.loadLong(window, A));
    assertEquals(X.metadataWord(), Memory.loadLong(window, A + 8));
    assertFalse(tags.load(A + 16).isTagged());
  }

  @Test
  void anIntegerStoreClearsTheTagAndOldBitsDoNotBringItBack() {
    tags.store(A, X);
    storeLong(A, 1);
    assertFalse(tags.load(A).isTagged());
    storeLong(A, X.address());
    assertEquals(X.untagged(), tags.load(A));
  }

  @Test
  void theWindowOfOneHartNeedsNoLocksForTheSame() {
    tags.setShared(false);
    tags.store(A, X);
    assertEquals(X, tags.load(A));
    Memory.storeLong(window, A, 1);
    assertFalse(tags.load(A).isTagged());
    Memory.storeLong(window, A, X.address());
    assertEquals(X.untagged(), tags.load(A), "the old bits brought the tag back");
    tags.store(A, Y);
    tags.setShared(true);
    assertEquals(Y, tags.load(A));
  }

  @Test
  void clearingOutsideTheWindowFaults() {
    assertThrows(MemoryFault.class, () -> tags.clear(-16, 32));
    assertThrows(MemoryFault.class, () -> tags.clear(1L << 40, 1));
  }

  @Test
  void aStoreThatOverlapsTwoGranulesClearsBoth() {
    tags.store(A, X);
    tags.store(A + 16, Y);
    storeLong(A + 12, 0);
    assertFalse(tags.load(A).isTagged());
    assertFalse(tags.load(A + 16).isTagged());
  }

  @Test
  void clearingAcrossPagesWithoutRecordsReachesTheLast() {
    long last = A + 3 * 4096L - 16;
    tags.store(last, X);
    tags.clear(A - 4096, 4L * 4096);
    assertFalse(tags.load(last).isTagged());
  }

  @Test
  void memoryThatDiffersForgetsTheRecord() {
    tags.store(A, X);
    Memory.storeLong(window, A, 1);
    assertFalse(tags.load(A).isTagged());
    Memory.storeLong(window, A, X.address());
    assertFalse(tags.load(A).isTagged(), "the old bits brought the tag back");
  }

  @Test
  void outsideTheWindowItFaultsAndLocksNothing() {
    assertThrows(MemoryFault.class, () -> tags.store(-16, X));
    assertThrows(MemoryFault.class, () -> tags.load(1L << 40));
    tags.store(A, X);
    assertEquals(X, tags.load(A));
  }

  @Test
  void compareAndSetLooksAtAllBitsAndTheTag() {
    tags.store(A, X);
    assertFalse(tags.compareAndSet(A, X.untagged(), Y));
    assertTrue(tags.compareAndSet(A, X, Y));
    assertEquals(Y, tags.load(A));
  }

  @Test
  void twoCapabilitiesAreNeverMixed() throws InterruptedException {
    Runnable other =
        () -> {
          tags.store(A, Y);
          tags.store(A, X);
        };
    assertNull(unexpected(other, () -> {}, seen -> seen.equals(X) || seen.equals(Y)));
  }

  @Test
  void anIntegerStoreNeverGivesATagToOtherBits() throws InterruptedException {
    Runnable other =
        () -> {
          storeLong(A, Y.address());
          storeLong(A + 8, Y.metadataWord());
        };
    assertNull(
        unexpected(other, () -> tags.store(A, X), seen -> !seen.isTagged() || seen.equals(X)));
  }

  /**
   * Loads the granule again and again while another thread stores.
   *
   * @return what was loaded and must not have been, or null
   */
  private Capability unexpected(Runnable other, Runnable own, Predicate<Capability> allowed)
      throws InterruptedException {
    tags.store(A, X);
    AtomicBoolean done = new AtomicBoolean();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    other.run();
                  }
                });
    Capability found = null;
    for (int i = 0; i < ROUNDS && found == null; i++) {
      own.run();
      Capability seen = tags.load(A);
      if (!allowed.test(seen)) {
        found = seen;
      }
    }
    done.set(true);
    thread.join();
    return found;
  }
}
