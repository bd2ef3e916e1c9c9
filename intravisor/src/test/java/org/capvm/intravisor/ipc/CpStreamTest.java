package org.capvm.intravisor.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CpStreamTest {
  private static final long AT = 0x2_0000;

  private final Window a = new Window(1 << 20, true);
  private final Window b = new Window(1 << 20);
  private final Participant alice = new Participant("alice", a);
  private final Participant bob = new Participant("bob", b);
  private final IpcNamespace names = new IpcNamespace();

  @AfterEach
  void close() {
    names.close();
    a.close();
    b.close();
  }

  /** The two ends of a stream. */
  private record Ends(CpStream first, CpStream second) {
    static Ends of(Participant first, Participant second) {
      Connection connection = new Connection("stream", first);
      return new Ends(connection.connected(), connection.acceptedBy(second));
    }
  }

  private static void assertRefused(Kind kind, Executable action) {
    assertEquals(kind, assertThrows(IpcException.class, action).kind());
  }

  private static <T> CompletableFuture<T> start(Callable<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(action.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static Kind reason(CompletableFuture<?> action) {
    Throwable cause = assertThrows(CompletionException.class, action::join).getCause();
    return ((IpcException) cause).kind();
  }

  @Test
  void bytesArriveInTheOfferedBuffer() throws IpcException {
    Ends ends = Ends.of(alice, bob);
    a.write(AT, MemorySegment.ofArray("hello".getBytes(StandardCharsets.US_ASCII)));
    assertRefused(Kind.WOULD_BLOCK, () -> ends.first().send(AT, 5, false));
    assertEquals(0, ends.first().poll(CpStream.WRITABLE, 0));
    ends.second().offer(AT, 3);
    assertRefused(Kind.WOULD_BLOCK, () -> ends.second().take());
    assertRefused(Kind.INVALID, () -> ends.second().offer(AT, 3));
    assertEquals(CpStream.WRITABLE, ends.first().poll(CpStream.WRITABLE, 0));
    assertEquals(3, ends.first().send(AT, 5, false));
    assertEquals(CpStream.READABLE, ends.second().poll(CpStream.READABLE, 0));
    assertEquals(3, ends.second().take());
    assertEquals('l', Memory.loadByte(b, AT + 2));
    assertEquals(0, Memory.loadByte(b, AT + 3));
  }

  @Test
  void whatIsReceivedHasNoTags() throws IpcException {
    Ends ends = Ends.of(alice, alice);
    a.tags().store(AT, Capability.ROOT);
    a.tags().store(AT + 0x100, Capability.ROOT);
    ends.second().offer(AT + 0x100, 16);
    ends.first().send(AT, 16, true);
    assertEquals(false, a.tags().isTagged(AT + 0x100));
    assertEquals(true, a.tags().isTagged(AT));
  }

  @Test
  void halfCloseIsTheEndOfOneDirection() throws IpcException {
    Ends ends = Ends.of(alice, bob);
    ends.second().offer(AT, 8);
    ends.first().send(AT, 8, true);
    ends.first().finish();
    assertEquals(8, ends.second().take());
    assertEquals(0, ends.second().receive(AT, 8));
    ends.first().offer(AT, 8);
    assertEquals(8, ends.second().send(AT, 8, true));
    ends.second().close();
    assertRefused(Kind.GONE, () -> ends.first().send(AT, 1, true));
    assertEquals(8, ends.first().take());
    assertEquals(0, ends.first().receive(AT, 1));
  }

  @Test
  void deathOfTheOtherSideIsAnError() throws Exception {
    Ends ends = Ends.of(alice, bob);
    CompletableFuture<Long> receiving = start(() -> ends.second().receive(AT, 8));
    ends.first().breakOff();
    assertEquals(Kind.GONE, reason(receiving));
    assertRefused(Kind.GONE, () -> ends.second().send(AT, 1, true));
    Ends others = Ends.of(alice, bob);
    CompletableFuture<Long> sending = start(() -> others.first().send(AT, 8, true));
    others.second().breakOff();
    assertEquals(Kind.GONE, reason(sending));
  }

  @Test
  void waitsEndWithTheirCvm() {
    Ends ends = Ends.of(alice, bob);
    CompletableFuture<Long> sending = start(() -> ends.first().send(AT, 8, true));
    CompletableFuture<Long> receiving = start(() -> ends.first().receive(AT, 8));
    CompletableFuture<Integer> polling =
        start(() -> ends.first().poll(CpStream.WRITABLE, Participant.FOR_EVER));
    alice.interrupt();
    assertEquals(Kind.INTERRUPTED, reason(sending));
    assertEquals(Kind.INTERRUPTED, reason(receiving));
    assertEquals(Kind.INTERRUPTED, reason(polling));
  }

  @Test
  void namesAreListenedTo() throws Exception {
    assertRefused(Kind.NO_SUCH_NAME, () -> names.connect("s", bob));
    StreamListener listener = names.listen("s", alice, AccessList.OPEN);
    assertRefused(Kind.WOULD_BLOCK, () -> listener.accept(false));
    CompletableFuture<CpStream> accepting = start(() -> listener.accept(true));
    CpStream mine = names.connect("s", bob);
    CpStream theirs = accepting.join();
    theirs.offer(AT, 1);
    assertEquals(1, mine.send(AT, 1, true));
    StreamListener closed = names.listen("t", alice, AccessList.PRIVATE);
    assertRefused(Kind.DENIED, () -> names.connect("t", bob));
    assertRefused(Kind.NAME_TAKEN, () -> names.listen("t", bob, AccessList.OPEN));
    closed.close();
    assertRefused(Kind.GONE, () -> closed.accept(true));
    CpStream late = names.connect("s", bob);
    names.end(alice);
    assertRefused(Kind.GONE, () -> late.send(AT, 1, true));
    assertRefused(Kind.GONE, () -> mine.receive(AT, 1));
    assertRefused(Kind.NO_SUCH_NAME, () -> names.connect("s", bob));
  }

  /** All bytes, in their order, for pieces of any size, by the waiting form and by polling. */
  @Test
  void nothingIsLostOrOutOfOrder() throws Exception {
    for (boolean polling : new boolean[] {false, true}) {
      Ends ends = Ends.of(alice, bob);
      int total = 200_000;
      CompletableFuture<Integer> sending =
          start(
              () -> {
                Random random = new Random(1);
                int sent = 0;
                while (sent < total) {
                  int n = Math.min(1 + random.nextInt(700), total - sent);
                  for (int i = 0; i < n; i++) {
                    Memory.storeByte(a, AT + i, (byte) ((sent + i) * 31 >> 3));
                  }
                  int done = 0;
                  while (done < n) {
                    if (polling) {
                      ends.first().poll(CpStream.WRITABLE, Participant.FOR_EVER);
                    }
                    done += sendSome(ends.first(), AT + done, n - done, !polling);
                  }
                  sent += n;
                }
                ends.first().finish();
                return sent;
              });
      Random random = new Random(2);
      int received = 0;
      while (true) {
        int room = 1 + random.nextInt(900);
        long n;
        if (polling) {
          ends.second().offer(AT, room);
          ends.second().poll(CpStream.READABLE, Participant.FOR_EVER);
          n = ends.second().take();
        } else {
          n = ends.second().receive(AT, room);
        }
        if (n == 0) {
          break;
        }
        for (int i = 0; i < n; i++) {
          assertEquals((byte) ((received + i) * 31 >> 3), Memory.loadByte(b, AT + i));
        }
        received += (int) n;
      }
      assertEquals(total, received);
      assertEquals(total, sending.join());
    }
  }

  /**
   * The receiver takes while pieces are being copied, over and over: they have come then, or come
   * later, and nobody writes to what was taken.
   */
  @Test
  void whatWasTakenIsTheReceivers() throws Exception {
    int period = 64 << 10;
    int message = 3 * period;
    int room = 200_000;
    long total = 300L * message;
    byte[] pattern = new byte[period + room];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i % period * 31 >> 3);
    }
    MemorySegment expected = MemorySegment.ofArray(pattern);
    byte[] mark = new byte[room];
    Arrays.fill(mark, (byte) 0x55);
    a.write(AT, expected);
    Ends ends = Ends.of(alice, bob);
    CompletableFuture<Integer> sending =
        start(
            () -> {
              for (long sent = 0; sent < total; sent += message) {
                assertEquals(message, ends.first().send(AT, message, true));
              }
              ends.first().finish();
              return 0;
            });
    long received = 0;
    while (true) {
      ends.second().offer(AT, room);
      ends.second().poll(CpStream.READABLE, Participant.FOR_EVER);
      long n = ends.second().take();
      if (n == 0) {
        break;
      }
      long rest = room - n;
      b.write(AT + n, MemorySegment.ofArray(mark).asSlice(0, rest));
      assertEquals(
          -1, expected.asSlice(received % period, n).mismatch(b.segment(AT, n)), "at " + received);
      assertEquals(
          -1, MemorySegment.ofArray(mark).asSlice(0, rest).mismatch(b.segment(AT + n, rest)));
      received += n;
    }
    assertEquals(total, received);
    assertEquals(0, sending.join());
  }

  /** Whoever closes an end comes back when nobody writes to its buffer any more. */
  @Test
  void aBufferIsTheReceiversAgainWhenItHasClosed() throws Exception {
    int size = 512 << 10;
    byte[] mark = new byte[size];
    Arrays.fill(mark, (byte) 0x55);
    MemorySegment marked = MemorySegment.ofArray(mark);
    for (int round = 0; round < 50; round++) {
      Ends ends = Ends.of(alice, bob);
      CompletableFuture<Long> sending = start(() -> ends.first().send(AT, size, true));
      ends.second().offer(AT, size);
      ends.second().poll(CpStream.READABLE, Participant.FOR_EVER);
      ends.second().close();
      b.write(AT, marked);
      // Some of them were sent, if only one piece.
      assertTrue(sending.join() > 0);
      assertEquals(-1, marked.mismatch(b.segment(AT, size)));
    }
  }

  /** How many bytes were sent; 0 where the room that was polled for was taken meanwhile. */
  private static int sendSome(CpStream stream, long at, int bytes, boolean waits)
      throws IpcException {
    try {
      return (int) stream.send(at, bytes, waits);
    } catch (IpcException e) {
      if (e.kind() == Kind.WOULD_BLOCK) {
        return 0;
      }
      throw e;
    }
  }
}
