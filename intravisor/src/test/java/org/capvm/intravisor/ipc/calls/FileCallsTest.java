package org.capvm.intravisor.ipc.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileCallsTest {
  private static final long MEMORY = 1 << 20;
  private static final long NAME = 0x2_0000;
  private static final long DATA = 0x3_0000;
  private static final long SLOT = 0x4_0000;
  private static final long SIZE = 0x5_0000;

  private final IpcNamespace names = new IpcNamespace();
  private final Guest alice = new Guest("alice");
  private final Guest bob = new Guest("bob");

  @AfterEach
  void close() {
    names.close();
  }

  /** A cVM whose hart makes calls in integer mode. */
  private final class Guest {
    final Window window = new Window(MEMORY, true, 1 << 20);
    final Hart hart = new Hart(window, null, new GuestFunction[0][], null);
    final Map<Integer, Hostcall> calls = new HashMap<>();

    Guest(String name) {
      int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE;
      window.pages().set(Window.LOW, MEMORY - Window.LOW, all);
      setDdc(Capability.ROOT.withLength(MEMORY));
      new FileCalls(names, new Participant(name, window))
          .all()
          .forEach(call -> calls.put(call.number(), call));
      text(NAME, "table");
      text(NAME + 0x100, "bob");
      text(NAME + 0x200, "no-such-name");
      text(NAME + 0x300, "x".repeat(64));
    }

    void setDdc(Capability ddc) {
      hart.capabilities = new CapabilityRegisters(hart, Dialect.XCHERI_V9, Capability.ROOT, ddc);
    }

    void text(long address, String text) {
      byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
      window.write(address, MemorySegment.ofArray(bytes));
    }

    long call(int number, long... arguments) {
      for (int i = 0; i < arguments.length; i++) {
        hart.capabilities.setInteger(10 + i, arguments[i]);
      }
      return calls.get(number).handler().call(hart);
    }

    Capability slot() {
      return window.tags().load(SLOT);
    }
  }

  @Test
  void advertiseAndProbe() {
    Memory.storeLong(alice.window, DATA, 77);
    assertEquals(0, alice.call(405, DATA, 24, NAME));
    assertEquals(0, bob.call(406, NAME, SLOT, SIZE));
    assertEquals(24, Memory.loadLong(bob.window, SIZE));
    Capability c = bob.slot();
    assertTrue(c.isTagged() && c.permits(Permissions.LOAD | Permissions.STORE));
    assertEquals(24, c.length());
    assertEquals(77, Memory.loadLong(bob.window, c.address()));
    assertEquals(0, alice.call(406, NAME, SLOT, 0));
    Memory.storeLong(alice.window, alice.slot().address() + 8, 78);
    assertEquals(78, Memory.loadLong(bob.window, c.address() + 8));
    assertEquals(24, bob.call(424, NAME));
  }

  @Test
  void accessListsAndRevocation() {
    assertEquals(0, alice.call(420, DATA, 8, NAME, NAME + 0x100, 0));
    assertEquals(Errno.EACCES, bob.call(421, NAME, SLOT, 0, 1));
    assertEquals(Errno.EINVAL, bob.call(421, NAME, SLOT, 0, 2));
    assertEquals(0, bob.call(421, NAME, SLOT, 0, 0));
    assertFalse(bob.slot().permits(Permissions.STORE));
    assertEquals(Errno.EACCES, bob.call(423, NAME, 0));
    assertEquals(0, alice.call(423, NAME, NAME + 0x100));
    assertEquals(Errno.EACCES, bob.call(421, NAME, SLOT, 0, 0));
    assertEquals(Errno.EACCES, bob.call(424, NAME));
    assertEquals(0, alice.call(423, NAME, 0));
    assertEquals(Errno.ENOENT, alice.call(406, NAME, SLOT, 0));
  }

  @Test
  void refusals() {
    assertEquals(Errno.ENOENT, alice.call(406, NAME + 0x200, SLOT, 0));
    assertEquals(Errno.EINVAL, alice.call(406, NAME + 0x300, SLOT, 0));
    assertEquals(Errno.EINVAL, alice.call(405, DATA, 0, NAME));
    assertEquals(0, alice.call(405, DATA, 8, NAME));
    assertEquals(Errno.EEXIST, bob.call(405, DATA, 8, NAME));
    assertEquals(Errno.EINVAL, bob.call(425, DATA, 0, -1));
    assertEquals(0, bob.call(406, NAME, SLOT, 0));
    bob.hart.capabilities.set(10, bob.slot());
    bob.hart.x11 = 1;
    assertEquals(Errno.EAGAIN, bob.calls.get(425).handler().call(bob.hart));
    bob.hart.capabilities.set(10, bob.slot());
    bob.hart.x11 = 0;
    bob.hart.x12 = 1;
    assertEquals(Errno.ETIMEDOUT, bob.calls.get(425).handler().call(bob.hart));
    bob.hart.capabilities.set(10, bob.slot());
    assertEquals(0, bob.calls.get(426).handler().call(bob.hart));
  }

  private void assertFaults(int number, long... arguments) {
    assertThrows(MemoryFault.class, () -> alice.call(number, arguments));
  }

  @Test
  void pointersAreTheCallersBusiness() {
    long[] outside = {8, Window.LOW - 1, MEMORY, MEMORY - 4, MEMORY + 4096, -1, Long.MIN_VALUE};
    assertEquals(0, alice.call(405, DATA, 8, NAME));
    for (long bad : outside) {
      assertFaults(405, bad, 8, NAME);
      assertFaults(406, NAME, bad == MEMORY - 4 ? MEMORY - 8 : bad & -16, 0);
      assertFaults(406, NAME, SLOT, bad);
    }
    for (long length : new long[] {MEMORY, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      assertFaults(405, DATA, length, NAME + 0x100);
    }
    alice.text(MEMORY - 4, "abc");
    assertEquals(Errno.ENOENT, alice.call(406, MEMORY - 4, SLOT, 0));
    alice.window.write(MEMORY - 4, MemorySegment.ofArray(new byte[] {1, 1, 1, 1}));
    assertFaults(406, MEMORY - 4, SLOT, 0);
    assertFaults(406, NAME, SLOT + 8, 0);
    // What was refused has left nothing behind.
    assertFalse(alice.window.tags().isTagged(SLOT));
  }

  @Test
  void authorityIsTheCallers() {
    assertEquals(0, alice.call(405, DATA, 8, NAME));
    Capability all = Capability.ROOT.withLength(MEMORY);
    alice.setDdc(all.withPermissions(~(long) Permissions.STORE_CAPABILITY));
    assertFaults(406, NAME, SLOT, 0);
    alice.setDdc(all.withPermissions(~(long) Permissions.STORE));
    assertFaults(406, NAME, SLOT, 0);
    alice.setDdc(all.withPermissions(~(long) Permissions.LOAD));
    assertFaults(406, NAME, SLOT, 0);
    alice.setDdc(Capability.ROOT.withLength(0x4_8000));
    assertFaults(406, NAME, SLOT, SIZE);
    assertEquals(0, alice.call(406, NAME, SLOT, 0));
    alice.setDdc(all.untagged());
    assertFaults(424, NAME);
  }
}
