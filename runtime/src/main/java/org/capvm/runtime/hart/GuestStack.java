package org.capvm.runtime.hart;

import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * Where the stack pointer of a hart may be while translated functions run, and the one check with
 * which each of them starts.
 *
 * <p>The check is {@code sp - Hart.stackLow <u Hart.stackSpan}. It is at once
 *
 * <ul>
 *   <li>the poll: nothing is below a span of {@link Hart#POLL_NOW};
 *   <li>the bound of the JVM's stack: {@code sp} has not moved further than a certain depth since
 *       the JVM's stack was empty;
 *   <li>the guard of the guest's stack: the pages around {@code sp} can be read and written;
 *   <li>the range check of the frame, see {@link #frame}: all bytes from {@code sp - BELOW} to
 *       {@code sp + ABOVE} are in the window.
 * </ul>
 *
 * <p>Functions that do not move {@code sp} before they call can recurse without end as far as this
 * check sees. They count their entries besides, see {@link #mayNest}.
 *
 * <p>Code may move to other stacks without leaving its JVM frames (coroutines, the stack of a
 * library OS). Each stack it comes to gets a range of its own, up to {@link #STACKS}; together they
 * bound the JVM's stack.
 */
public final class GuestStack {
  /**
   * How many bytes below and above sp the check covers. Frames that reach further cost two more
   * compares; 4 KiB below are a page, so that the guard page behind it is one page.
   */
  public static final int BELOW = 4096;

  /** See {@link #BELOW}. Small: a program's first frames are close to the end of its stack. */
  public static final int ABOVE = 256;

  /**
   * How far sp may go from where it was when the JVM stack was empty, in bytes. A call of a
   * non-leaf function takes at least 16 of them, and an interpreted JVM frame of a function with
   * many registers about 1 KiB of the JVM's stack.
   */
  private static final long DEPTH = 768 << 10;

  /** The same for each further stack. */
  private static final long DEPTH_OF_OTHERS = 48 << 10;

  /** How far up from there: frames that were entered before, and the arguments of the first. */
  private static final long HEIGHT = 16 << 10;

  private static final int STACKS = 5;

  /**
   * After how many entries of functions that call without a frame of their own the JVM's stack is
   * emptied. Rarely, because the interpreter executes what is left of each dropped frame; far below
   * what the JVM's stack can hold, because such frames come in addition to {@link #DEPTH}.
   */
  private static final int ENTRIES = 16 << 10;

  /** A range that no address is in. Its low end is safe all the same. */
  private static final long NOWHERE = Window.LOW + BELOW;

  private final Hart hart;
  private final long[] starts = new long[STACKS];
  private final long[] ends = new long[STACKS];
  private int stacks;

  GuestStack(Hart hart) {
    this.hart = hart;
    hart.stackLow = NOWHERE;
    hart.stackSpan = 1;
  }

  /**
   * The check of a function's frame; its result is the base of in-range accesses.
   *
   * @param below how many bytes below sp the frame has, a constant of at least 0
   * @param above how many above, a constant of at least 0
   * @return the host address of {@code sp}, when all of {@code [sp - below, sp + above)} lies in
   *     the window and nothing else is to be done; otherwise 0, and the function leaves to the
   *     dispatcher
   */
  public static long frame(Hart h, long sp, int below, int above) {
    if (below > BELOW || above > ABOVE) {
      return largeFrame(h, sp, below, above);
    }
    return Long.compareUnsigned(sp - h.stackLow, h.stackSpan) < 0
        ? h.hostDelta + sp
        : otherFrame(h, sp, below, above);
  }

  private static long largeFrame(Hart h, long sp, int below, int above) {
    long offset = sp - h.stackLow;
    long span = h.stackSpan;
    return Long.compareUnsigned(offset, span) < 0
            && offset >= below - BELOW
            && offset < span - Math.max(above - ABOVE, 0)
        ? h.hostDelta + sp
        : otherFrame(h, sp, below, above);
  }

  private static long otherFrame(Hart h, long sp, int below, int above) {
    return h.stack.enter(sp, below, above) ? h.hostDelta + sp : 0;
  }

  /** The same check of a function without accesses to its frame: whether it may go on. */
  public static boolean mayEnter(Hart h, long sp) {
    return Long.compareUnsigned(sp - h.stackLow, h.stackSpan) < 0 || h.stack.enter(sp, 0, 0);
  }

  /**
   * Whether a function may go on that may call itself with the same stack pointer. Entries are
   * counted, not frames: leaving a frame costs nothing then.
   */
  public static boolean mayNest(Hart h) {
    return --h.entriesLeft >= 0;
  }

  /**
   * Starts over with an empty JVM stack.
   *
   * @return whether an interrupt is pending and must be taken first
   */
  boolean reset(long sp) {
    stacks = 0;
    hart.entriesLeft = ENTRIES;
    add(sp, DEPTH);
    return !select(0);
  }

  /** As {@link #reset}, but a stack is only looked for when a frame asks for it. */
  boolean resetLazily() {
    stacks = 0;
    hart.entriesLeft = ENTRIES;
    return hart.setStack(NOWHERE, 1);
  }

  /** What the fast check does not let through: a poll, another stack, the ends of a stack. */
  private boolean enter(long sp, int below, int above) {
    if (hart.interruptRequested()) {
      return false;
    }
    for (int i = 0; i < stacks; i++) {
      if (contains(i, sp, below, above)) {
        return select(i);
      }
      if (contains(i, sp, 0, 0)) {
        // Too deep, or into the guard.
        return false;
      }
    }
    if (stacks == STACKS) {
      return false;
    }
    add(sp, DEPTH_OF_OTHERS);
    return contains(stacks - 1, sp, below, above) && select(stacks - 1);
  }

  private boolean contains(int i, long sp, int below, int above) {
    long offset = sp - starts[i];
    long size = ends[i] - starts[i];
    return Long.compareUnsigned(offset, size) <= 0 && offset >= below && size - offset >= above;
  }

  /** Makes a range the one that functions check; false when a poll was requested meanwhile. */
  private boolean select(int i) {
    long span = ends[i] - starts[i] - BELOW - ABOVE;
    return span > 0 ? !hart.setStack(starts[i] + BELOW, span) : !hart.setStack(NOWHERE, 1);
  }

  /** Adds the accessible memory around sp, which may be none. */
  private void add(long sp, long depth) {
    Window w = hart.window;
    long start = sp;
    long end = sp;
    if (Long.compareUnsigned(sp - Window.LOW, w.size() - Window.LOW) <= 0) {
      long lowest = Math.max(Window.LOW, sp - depth);
      while (start > lowest && isStack(w, start - 1)) {
        start = Math.max(lowest, (start - 1) & -Window.PAGE);
      }
      long highest = Math.min(w.size(), sp + HEIGHT);
      while (end < highest && isStack(w, end)) {
        end = Math.min(highest, (end & -Window.PAGE) + Window.PAGE);
      }
    }
    starts[stacks] = start;
    ends[stacks] = end;
    stacks++;
  }

  private static boolean isStack(Window w, long address) {
    int both = PageTable.READ | PageTable.WRITE;
    return (w.pages().permissions(address) & both) == both;
  }
}
