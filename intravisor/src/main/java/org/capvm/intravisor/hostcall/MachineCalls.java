package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.BYTES_OUT;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.hart.Hart;

/** What a guest can ask about its machine. The numbers are ours; the original has none of them. */
public final class MachineCalls {
  /** Most bytes of {@code entropy} at a time, as getentropy has it. */
  public static final int MOST_ENTROPY = 256;

  private static final int A0 = 10;

  private MachineCalls() {}

  /**
   * Adds the calls.
   *
   * @param answers of {@code limit}, by number: size of the memory in bytes, where the stacks
   *     begin, size of a stack in bytes, how many threads there can be
   */
  public static void addTo(HostcallTable table, long... answers) {
    SecureRandom random = new SecureRandom();
    table.add(1000, "entropy", h -> entropy(random, h), BYTES_OUT, LENGTH);
    table.add(
        1001,
        "limit",
        h -> h.x10 >= 0 && h.x10 < answers.length ? answers[(int) h.x10] : Errno.EINVAL,
        INTEGER);
  }

  /** a0: address, a1: length in bytes, at most {@link #MOST_ENTROPY}. */
  private static long entropy(SecureRandom random, Hart h) {
    if (h.x11 < 0 || h.x11 > MOST_ENTROPY) {
      return Errno.EINVAL;
    }
    byte[] bytes = new byte[(int) h.x11];
    random.nextBytes(bytes);
    CallerPointer.of(h, A0).write(MemorySegment.ofArray(bytes));
    return 0;
  }
}
