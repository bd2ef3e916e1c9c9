package org.capvm.testsuite.instructions;

import java.util.Arrays;
import java.util.List;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.Window;

/**
 * What a case sets before its code runs and sees afterwards, in the order of the harness:
 * registers, fcsr, the four double-words of scratch memory, and the trap that ended it.
 *
 * <p>The trap is 0 or the Linux signal number, plus 256 times the offset of the instruction in the
 * code.
 */
final class State {
  /** Where the code runs. */
  static final long SLOT = 0x20_0000;

  /** Where the scratch memory begins. */
  static final long SCRATCH = 0x30_0000;

  static final List<String> NAMES =
      List.of(
          "sp", "a0", "a1", "a2", "a3", "fa0", "fa1", "fa2", "fa3", "fcsr", "m0", "m1", "m2", "m3",
          "trap");

  static final int SIZE = NAMES.size();

  private static final int A0 = 1;
  private static final int FA0 = 5;
  private static final int FCSR = 9;
  private static final int M0 = 10;
  static final int TRAP = 14;

  /**
   * What a program does not set: distinct values, with sign bits where a load could extend them.
   */
  private static final long[] DEFAULT = {
    SCRATCH + 16,
    0x1111_1111_a0a0_a0a0L,
    0x2222_2222_a1a1_a1a1L,
    0x3333_3333_a2a2_a2a2L,
    0x4444_4444_a3a3_a3a3L,
    0xffff_ffff_4048_f5c3L,
    0x4009_21fb_5444_2d18L,
    0x4005_bf0a_8b14_5769L,
    0x3fe6_2e42_fefa_39efL,
    0,
    0x8182_8384_8586_8788L,
    0x7172_7374_7576_7778L,
    0x0102_0304_f5f6_f7f8L,
    0xf1f2_f3f4_0506_0708L,
    0
  };

  private State() {}

  static long[] initial() {
    return DEFAULT.clone();
  }

  static int index(String name) {
    int index = NAMES.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no state is called " + name);
    }
    return index;
  }

  static void load(long[] state, Hart h, Window w) {
    h.x2 = state[0];
    for (int i = 0; i < 4; i++) {
      h.x(10 + i, state[A0 + i]);
      h.f(10 + i, state[FA0 + i]);
      Memory.storeLong(w, SCRATCH + 8 * i, state[M0 + i]);
    }
    h.setFcsr((int) state[FCSR]);
  }

  /** The state with more accrued exceptions. */
  static long[] withFlags(long[] state, int flags) {
    long[] changed = state.clone();
    changed[FCSR] |= flags;
    return changed;
  }

  static long[] store(Hart h, Window w, long trap) {
    long[] state = new long[SIZE];
    state[0] = h.x2;
    for (int i = 0; i < 4; i++) {
      state[A0 + i] = h.x(10 + i);
      state[FA0 + i] = h.f(10 + i);
      state[M0 + i] = Memory.loadLong(w, SCRATCH + 8 * i);
    }
    state[FCSR] = h.fcsr();
    state[TRAP] = trap;
    return state;
  }

  /** The differences between two states, for messages. */
  static String differences(long[] expected, long[] actual) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < SIZE; i++) {
      if (expected[i] != actual[i]) {
        text.append(" %s is %x, not %x;".formatted(NAMES.get(i), actual[i], expected[i]));
      }
    }
    return text.toString();
  }

  static String describe(long[] state, int[] columns) {
    return String.join(
        " ",
        Arrays.stream(columns)
            .mapToObj(i -> NAMES.get(i) + "=" + Long.toHexString(state[i]))
            .toList());
  }
}
