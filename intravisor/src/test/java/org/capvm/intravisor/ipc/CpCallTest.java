package org.capvm.intravisor.ipc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.hart.Hart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CpCallTest {
  private final IpcNamespace names = new IpcNamespace();
  private final Participant alice = new Participant("alice", null);
  private final Participant bob = new Participant("bob", null);
  private final Participant carol = new Participant("carol", null);

  @AfterEach
  void close() {
    names.close();
  }

  /** A function that is never called. */
  private static final class Function implements Callee {
    @Override
    public long call(Hart caller, CallArguments arguments, long nanoseconds) {
      throw new AssertionError();
    }

    @Override
    public void start(CallArguments arguments, StartedCall call) {
      throw new AssertionError();
    }
  }

  private static void assertRefused(Kind kind, Executable action) {
    assertEquals(kind, assertThrows(IpcException.class, action).kind());
  }

  @Test
  void whoMayCall() throws IpcException {
    Function f = new Function();
    AccessList onlyBob = new AccessList(Set.of("carol"), Set.of("bob"));
    names.publish("f", alice, onlyBob, f);
    assertSame(f, names.call("f", bob).callee());
    assertSame(f, names.call("f", alice).callee());
    assertRefused(Kind.DENIED, () -> names.call("f", carol));
    assertRefused(Kind.NO_SUCH_NAME, () -> names.call("g", bob));
    assertRefused(Kind.NAME_TAKEN, () -> names.publish("f", bob, AccessList.OPEN, f));
    assertRefused(Kind.BAD_NAME, () -> names.publish("a name", bob, AccessList.OPEN, f));
    // Names of streams and of buffers are others.
    names.listen("f", bob, AccessList.OPEN);
    names.publish("f", bob, AccessList.OPEN, 8);
  }

  @Test
  void nobodyCallsWhatIsGone() throws IpcException {
    CpCall made = names.publish("f", alice, AccessList.OPEN, new Function());
    CpCall opened = names.call("f", bob);
    made.close();
    assertRefused(Kind.GONE, opened::callee);
    assertRefused(Kind.NO_SUCH_NAME, () -> names.call("f", bob));
    names.publish("f", bob, AccessList.OPEN, new Function());
    // A second close takes nobody else's name.
    made.close();
    CpCall others = names.call("f", carol);
    names.end(bob);
    assertRefused(Kind.GONE, others::callee);
    assertRefused(Kind.INTERRUPTED, () -> names.publish("f", bob, AccessList.OPEN, new Function()));
  }

  @Test
  void namesOfOneCvmAreLimited() throws IpcException {
    for (int i = 0; i < 64; i++) {
      names.publish("f" + i, alice, AccessList.OPEN, new Function());
    }
    assertRefused(
        Kind.TOO_MANY, () -> names.publish("more", alice, AccessList.OPEN, new Function()));
    names.publish("more", bob, AccessList.OPEN, new Function());
  }

  @Test
  void aStartedCallKeepsItsBytes() throws IpcException {
    byte[] bytes = {1, 2, 3};
    StartedCall call = new StartedCall(MemorySegment.ofArray(bytes));
    bytes[0] = 9;
    assertEquals(1, call.contents().get(ValueLayout.JAVA_BYTE, 0));
    assertRefused(Kind.TIMED_OUT, () -> call.await(bob, 0));
    call.reply(MemorySegment.ofArray(new byte[] {4, 5, 6}));
    call.succeed(-7);
    assertEquals(-7, call.await(bob, Participant.FOR_EVER));
    assertArrayEquals(new byte[] {4, 5, 6}, call.contents().toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void waitsForStartedCallsEnd() throws Exception {
    StartedCall first = new StartedCall(MemorySegment.NULL);
    CompletableFuture<Kind> failed = awaited(first);
    first.fail(new IpcException(Kind.GONE, "it ended"));
    assertEquals(Kind.GONE, failed.get());
    CompletableFuture<Kind> interrupted = awaited(new StartedCall(MemorySegment.NULL));
    bob.interrupt();
    assertEquals(Kind.INTERRUPTED, interrupted.get());
  }

  private CompletableFuture<Kind> awaited(StartedCall call) {
    return CompletableFuture.supplyAsync(
        () -> assertThrows(IpcException.class, () -> call.await(bob, Participant.FOR_EVER)).kind());
  }
}
