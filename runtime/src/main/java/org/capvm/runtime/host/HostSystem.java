package org.capvm.runtime.host;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The host's system calls, all through one foreign function: libc's {@code syscall}.
 *
 * <p>One function type means one downcall stub: the foreign linker's first use costs about 50 ms
 * and every further type several more, and start-up is what a user waits for. Numbers are the
 * host's own, see {@link HostNumbers}.
 */
public final class HostSystem {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = bind();
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private HostSystem() {}

  @SuppressWarnings("restricted") // the one foreign function of the runtime
  private static MethodHandle bind() {
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    AddressLayout ignored = ValueLayout.ADDRESS;
    assert ignored.byteSize() == word.byteSize();
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(word, word, word, word, word, word, word, word),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }

  /**
   * Calls the host's kernel. Pointers are host addresses, which the caller has checked.
   *
   * @return the result, or the negated errno
   */
  public static long call(int number, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = CAPTURED.get();
    long result;
    try {
      result = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
    return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
  }

  public static long call(int number) {
    return call(number, 0, 0, 0, 0, 0, 0);
  }

  public static long call(int number, long a) {
    return call(number, a, 0, 0, 0, 0, 0);
  }

  public static long call(int number, long a, long b) {
    return call(number, a, b, 0, 0, 0, 0);
  }

  public static long call(int number, long a, long b, long c) {
    return call(number, a, b, c, 0, 0, 0);
  }

  public static long call(int number, long a, long b, long c, long d) {
    return call(number, a, b, c, d, 0, 0);
  }

  public static long call(int number, long a, long b, long c, long d, long e) {
    return call(number, a, b, c, d, e, 0);
  }
}
