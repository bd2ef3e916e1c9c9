package org.capvm.intravisor.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.MemoryView;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpFileTest {
  private static final long MEMORY = 1 << 20;

  private final Window a = new Window(MEMORY, true, 1 << 20);
  private final Window b = new Window(MEMORY, true, 1 << 20);
  private final Participant alice = new Participant("alice", a);
  private final Participant bob = new Participant("bob", b);
  private final Participant java = new Participant("intravisor", null);
  private final IpcNamespace names = new IpcNamespace();

  @AfterEach
  void close() {
    names.close();
    a.close();
    b.close();
  }

  private static void assertRefused(Kind kind, Executable action) {
    assertEquals(kind, assertThrows(IpcException.class, action).kind());
  }

  @Test
  void whatOneStoresTheOtherLoads() throws IpcException {
    CpFile file = names.publish("table", alice, AccessList.OPEN, 100);
    Capability mine = file.open(alice, true).capability();
    Capability theirs = names.file("table").open(bob, true).capability();
    Memory.storeLong(a, mine.address() + 88, 42);
    assertEquals(42, Memory.loadLong(b, theirs.address() + 88));
    assertEquals(42, file.view(false).segment().get(ValueLayout.JAVA_LONG, 88));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 16, 4095, 4096, 5000, 12_345, 100_001, 300_000})
  void capabilitiesAreExactAndHoldIntegersOnly(long size) throws IpcException {
    CpFile file = names.publish("f", alice, AccessList.OPEN, size);
    Capability c = file.open(alice, true).capability();
    assertEquals(CompressedBounds.roundedLength(size), c.length());
    assertEquals(file.size(), c.length());
    assertEquals(c.address(), c.base());
    assertTrue(c.isTagged() && c.base() >= MEMORY);
    assertEquals(Permissions.GLOBAL | Permissions.LOAD | Permissions.STORE, c.permissions());
    assertEquals(
        Permissions.GLOBAL | Permissions.LOAD, file.open(bob, false).capability().permissions());
  }

  @Test
  void accessListsHold() throws IpcException {
    AccessList list = new AccessList(Set.of("bob"), Set.of("carol"));
    CpFile file = names.publish("f", alice, list, 64);
    file.open(bob, false);
    assertRefused(Kind.DENIED, () -> file.open(bob, true));
    assertRefused(Kind.DENIED, () -> file.open(new Participant("mallory", b), false));
    assertTrue(file.open(new Participant("carol", b), true).isWritable());
    assertTrue(file.open(alice, true).isWritable());
    long at = file.open(bob, false).capability().address();
    assertThrows(MemoryFault.class, () -> b.pages().check(at, 8, AccessKind.STORE));
  }

  @Test
  void namesAreOwnedAndBounded() throws IpcException {
    assertRefused(Kind.NO_SUCH_NAME, () -> names.file("nothing"));
    names.publish("f", alice, AccessList.OPEN, 1);
    assertRefused(Kind.NAME_TAKEN, () -> names.publish("f", bob, AccessList.OPEN, 1));
    for (String bad : new String[] {"", "a b", "a\n", "ä", "x".repeat(64)}) {
      assertRefused(Kind.BAD_NAME, () -> names.publish(bad, bob, AccessList.OPEN, 1));
    }
    for (long bad : new long[] {0, -1, IpcNamespace.LARGEST_FILE + 1, Long.MIN_VALUE}) {
      assertRefused(Kind.INVALID, () -> names.publish("g", bob, AccessList.OPEN, bad));
    }
    int n = 1;
    while (n < 64) {
      names.publish("f" + n++, alice, AccessList.OPEN, 1);
    }
    assertRefused(Kind.TOO_MANY, () -> names.publish("more", alice, AccessList.OPEN, 1));
    names.publish("more", bob, AccessList.OPEN, 1);
    names.file("f").close();
    names.publish("f", alice, AccessList.OPEN, 1);
  }

  @Test
  void aCvmWithoutTagsIsRefused() throws IpcException {
    CpFile file = names.publish("f", alice, AccessList.OPEN, 1);
    try (Window plain = new Window(MEMORY)) {
      assertRefused(Kind.NOT_SUPPORTED, () -> file.open(new Participant("p", plain), false));
    }
    assertRefused(Kind.NOT_SUPPORTED, () -> file.open(java, false));
  }

  @Test
  void revocationShowsZeroesAndForbidsAccesses() throws IpcException {
    CpFile file = names.publish("f", java, AccessList.OPEN, 8);
    MemorySegment contents = file.view(true).segment();
    contents.set(ValueLayout.JAVA_LONG, 0, 7);
    long at = file.open(alice, true).capability().address();
    long other = file.open(bob, true).capability().address();
    file.revoke("alice");
    assertEquals(0, Memory.loadLong(a, at));
    assertThrows(MemoryFault.class, () -> a.pages().check(at, 1, AccessKind.LOAD));
    Memory.storeLong(a, at, 9);
    assertEquals(7, contents.get(ValueLayout.JAVA_LONG, 0));
    assertEquals(7, Memory.loadLong(b, other));
    assertRefused(Kind.DENIED, () -> file.open(alice, false));
  }

  @Test
  void rangesAreNeverReusedForAnotherBuffer() throws IpcException {
    CpFile file = names.publish("f", java, AccessList.OPEN, 8);
    long first = file.open(alice, true).capability().address();
    file.release(alice);
    assertThrows(MemoryFault.class, () -> a.pages().check(first, 1, AccessKind.LOAD));
    // The same buffer with the same rights comes back; others do not come here.
    assertEquals(first, file.open(alice, true).capability().address());
    assertNotEquals(first, file.open(alice, false).capability().address());
    file.close();
    CpFile next = names.publish("f", java, AccessList.OPEN, 8);
    assertNotEquals(first, next.open(alice, true).capability().address());
  }

  @Test
  void theRoomForBuffersEnds() throws IpcException {
    CpFile large = names.publish("large", java, AccessList.OPEN, 1 << 20);
    CpFile small = names.publish("small", java, AccessList.OPEN, 1);
    large.open(alice, true);
    assertRefused(Kind.NO_MEMORY, () -> small.open(alice, true));
    small.open(bob, true);
  }

  @Test
  void aViewEndsWithItsBuffer() throws IpcException {
    CpFile file = names.publish("f", java, AccessList.OPEN, 8);
    MemoryView view = file.view(true);
    MemorySegment slice = view.segment().asSlice(4);
    view.segment().set(ValueLayout.JAVA_LONG, 0, -1);
    MemoryView other = file.view(false);
    file.revoke(view);
    assertThrows(IllegalStateException.class, () -> slice.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(-1, other.segment().get(ValueLayout.JAVA_LONG, 0));
    file.close();
    assertThrows(IllegalStateException.class, () -> other.segment().get(ValueLayout.JAVA_LONG, 0));
    assertRefused(Kind.NO_SUCH_NAME, () -> file.view(false));
  }

  @Test
  void aCopyInFlightSeesNoSecret() throws Exception {
    int rounds = 50;
    CpFile file = names.publish("f", java, AccessList.OPEN, 1 << 20);
    MemorySegment owner = file.view(true).segment();
    byte[] copy = new byte[1 << 20];
    for (int round = 0; round < rounds; round++) {
      owner.fill((byte) 1);
      MemoryView view = file.view(false);
      CompletableFuture<Void> begun = new CompletableFuture<>();
      CompletableFuture<Void> copying =
          CompletableFuture.runAsync(
              () -> {
                begun.complete(null);
                while (true) {
                  MemorySegment.ofArray(copy).copyFrom(view.segment());
                }
              });
      begun.join();
      file.revoke(view);
      owner.fill((byte) 2);
      Throwable end = assertThrows(ExecutionException.class, copying::get).getCause();
      assertTrue(end instanceof IllegalStateException, end.toString());
      for (byte each : copy) {
        assertTrue(each != 2, "a secret was copied");
      }
    }
  }

  @Test
  void aCvmThatEndsGivesEverythingBack() throws IpcException {
    CpFile owned = names.publish("a", alice, AccessList.OPEN, 8);
    CpFile used = names.publish("b", bob, AccessList.OPEN, 8);
    long mine = used.open(alice, true).capability().address();
    long theirs = owned.open(bob, true).capability().address();
    names.end(alice);
    assertRefused(Kind.NO_SUCH_NAME, () -> names.file("a"));
    assertThrows(MemoryFault.class, () -> a.pages().check(mine, 1, AccessKind.LOAD));
    assertThrows(MemoryFault.class, () -> b.pages().check(theirs, 1, AccessKind.LOAD));
    assertRefused(Kind.INTERRUPTED, () -> used.open(alice, true));
    assertRefused(Kind.INTERRUPTED, () -> names.publish("c", alice, AccessList.OPEN, 8));
    names.publish("a", bob, AccessList.OPEN, 8);
  }

  @Test
  void waitsEndForEveryReason() throws Exception {
    CpFile file = names.publish("f", java, AccessList.OPEN, 8);
    file.open(alice, true);
    assertFalse(file.await(alice, 4, 1, Participant.FOR_EVER));
    assertRefused(Kind.TIMED_OUT, () -> file.await(alice, 4, 0, 1));
    for (long bad : new long[] {-4, 1, 8, Long.MAX_VALUE - 3}) {
      assertRefused(Kind.INVALID, () -> file.await(alice, bad, 0, 0));
      assertRefused(Kind.INVALID, () -> file.wake(bad, 1));
    }
    CompletableFuture<Kind> first = waiting(file, alice);
    file.revoke("alice");
    assertEquals(Kind.GONE, first.get());
    file.open(bob, false);
    CompletableFuture<Kind> second = waiting(file, bob);
    bob.interrupt();
    assertEquals(Kind.INTERRUPTED, second.get());
    CompletableFuture<Kind> third = waiting(file, java);
    file.close();
    assertEquals(Kind.GONE, third.get());
    assertRefused(Kind.GONE, () -> file.await(java, 0, 0, Participant.FOR_EVER));
  }

  @Test
  void noWaitBeginsBehindTheEnd() throws Exception {
    CpFile file = names.publish("f", java, AccessList.OPEN, 8);
    assertRefused(Kind.GONE, () -> file.await(bob, 0, 0, Participant.FOR_EVER));
    for (int round = 0; round < 1000; round++) {
      file.open(bob, false);
      CompletableFuture<Kind> wait = waiting(file, bob);
      if (round % 2 == 0) {
        Thread.onSpinWait();
      }
      file.release(bob);
      assertEquals(Kind.GONE, wait.get());
    }
    file.open(bob, false);
    file.revoke("bob");
    assertRefused(Kind.GONE, () -> file.await(bob, 0, 0, Participant.FOR_EVER));
  }

  /** The reason for which a wait ends that goes on for ever; whenever it begins. */
  private static CompletableFuture<Kind> waiting(CpFile file, Participant who) {
    return CompletableFuture.supplyAsync(
        () ->
            assertThrows(IpcException.class, () -> file.await(who, 0, 0, Participant.FOR_EVER))
                .kind());
  }

  /** Two sides hand a number to and fro by store, wake and wait. */
  @Test
  void noWakeIsLost() throws Exception {
    int turns = 2_000;
    CpFile file = names.publish("f", java, AccessList.OPEN, 4);
    long at = file.open(alice, true).capability().address();
    long there = file.open(bob, true).capability().address();
    AtomicInteger last = new AtomicInteger();
    Thread other = Thread.ofPlatform().start(() -> turns(file, bob, there, 1, turns, last));
    turns(file, alice, at, 0, turns, last);
    other.join();
    assertEquals(turns, last.get());
  }

  private static void turns(
      CpFile file, Participant who, long at, int parity, int turns, AtomicInteger last) {
    try {
      Window w = who.window();
      for (int now = Memory.loadInt(w, at); now < turns; now = Memory.loadInt(w, at)) {
        if (now % 2 == parity) {
          last.set(now + 1);
          Memory.storeInt(w, at, now + 1);
          file.wake(0, 1);
        } else {
          file.await(who, 0, now, Participant.FOR_EVER);
        }
      }
    } catch (IpcException e) {
      throw new AssertionError(e);
    }
  }
}
