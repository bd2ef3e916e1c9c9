package org.capvm.intravisor.ipc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.ipc.CallQueue.Taken;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CallQueueTest {
  private static final byte[] BYTES = {1, 2, 3};

  private final List<Readiness> shown = new ArrayList<>();
  private final CallQueue queue = new CallQueue(shown::add);
  private final Participant alice = new Participant("alice", null);
  private final Participant bob = new Participant("bob", null);

  private static void assertRefused(Kind kind, Executable action) {
    assertEquals(kind, assertThrows(IpcException.class, action).kind());
  }

  private StartedCall start(Participant caller, byte[] bytes) throws IpcException {
    StartedCall call = new StartedCall(MemorySegment.ofArray(bytes));
    queue.start(new CallArguments(caller, 1, 2, 3, call), call);
    return call;
  }

  private Readiness last() {
    return shown.getLast();
  }

  @Test
  void callsAreAnsweredOnceAndInAnyOrder() throws IpcException {
    assertRefused(Kind.WOULD_BLOCK, () -> queue.take(8));
    StartedCall first = start(alice, BYTES);
    StartedCall second = start(bob, new byte[0]);
    assertEquals(Readiness.READY, last());
    assertRefused(Kind.TOO_LARGE, () -> queue.take(BYTES.length - 1));
    Taken a = queue.take(BYTES.length).orElseThrow();
    Taken b = queue.take(0).orElseThrow();
    assertEquals(Readiness.NOT_YET, last());
    assertEquals(alice, a.arguments().caller());
    queue.answer(b.number(), 7, new byte[0]);
    assertEquals(7, second.result());
    assertRefused(Kind.TIMED_OUT, first::result);
    assertRefused(Kind.INVALID, () -> queue.answer(b.number(), 8, new byte[0]));
    assertRefused(Kind.INVALID, () -> queue.answer(a.number(), 8, new byte[4]));
    queue.answer(a.number(), -1, new byte[] {9});
    assertEquals(-1, first.result());
    assertArrayEquals(new byte[] {9, 2, 3}, first.contents().toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void nobodyHasMoreThanItLeavesToOthers() throws IpcException {
    for (int i = 0; i < 32; i++) {
      start(alice, BYTES);
    }
    assertRefused(Kind.WOULD_BLOCK, () -> start(alice, BYTES));
    // Calls that are carried out count, too.
    queue.take(BYTES.length);
    assertRefused(Kind.WOULD_BLOCK, () -> start(alice, BYTES));
    for (int i = 0; i < 16; i++) {
      start(bob, BYTES);
    }
    assertRefused(Kind.WOULD_BLOCK, () -> start(bob, BYTES));
    start(new Participant("carol", null), BYTES);
  }

  @Test
  void theEndOfTheCalleeEndsCalls() throws IpcException {
    StartedCall taken = start(alice, BYTES);
    queue.take(BYTES.length);
    StartedCall waiting = start(alice, BYTES);
    queue.close();
    assertEquals(Readiness.OVER, last());
    assertRefused(Kind.GONE, taken::result);
    assertRefused(Kind.GONE, waiting::result);
    assertRefused(Kind.GONE, () -> start(bob, BYTES));
    assertTrue(queue.take(BYTES.length).isEmpty());
  }

  @Test
  void whoLeavesACallIsNotServed() throws IpcException {
    StartedCall call = new StartedCall(MemorySegment.ofArray(BYTES));
    CallArguments arguments = new CallArguments(alice, 0, 0, 0, call);
    assertRefused(Kind.TIMED_OUT, () -> queue.call(null, arguments, 0));
    assertEquals(Readiness.NOT_YET, last());
    alice.interrupt();
    assertRefused(Kind.INTERRUPTED, () -> queue.call(null, arguments, Participant.FOR_EVER));
    assertRefused(Kind.WOULD_BLOCK, () -> queue.take(BYTES.length));
    byte[] large = new byte[CallQueue.LARGEST_BUFFER + 1];
    assertRefused(Kind.TOO_LARGE, () -> start(bob, large));
  }
}
