package org.capvm.intravisor.kernel.none;

import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.runtime.memory.Window;

/**
 * Where things lie in the memory of a bare cVM, as in the original: stacks at its end, the first
 * thread's highest, and below them a place with the capability store. Smaller cVMs than the
 * original's have smaller and fewer stacks, which never take more than half of the memory.
 *
 * @param start of the memory, an address
 * @param size of the memory in bytes
 * @param stackSize a power of two, in bytes
 * @param threads how many there are stacks for
 */
record BareLayout(long start, long size, long stackSize, int threads) {
  private static final long SMALLEST_STACK = 32 << 10;
  private static final long LARGEST_STACK = 512 << 10;

  /**
   * The layout of some memory.
   *
   * @param start address of its first byte
   * @param size in bytes
   */
  static BareLayout of(long start, long size) {
    long share = Long.highestOneBit(size / 2 / (BareThreads.MOST + 1));
    long stackSize = Math.clamp(share, SMALLEST_STACK, LARGEST_STACK);
    int threads = (int) Math.min(BareThreads.MOST, size / 2 / stackSize - 1);
    return new BareLayout(start, size, stackSize, threads);
  }

  /** The end of the first stack. */
  private long top() {
    return start + size & -stackSize;
  }

  /** The lowest address that can be used: nothing can below {@link Window#LOW}. */
  long lowest() {
    return Math.max(start, Window.LOW);
  }

  /** The address behind the memory. */
  long end() {
    return start + size;
  }

  /** Where the program and its heap must end. */
  long stacks() {
    return stackStart(threads);
  }

  /** The lowest address of a stack, whose first page is its guard. */
  long stackStart(int place) {
    return top() - (place + 1) * stackSize;
  }

  long stackEnd(int place) {
    return stackStart(place) + stackSize;
  }

  /** A page of the thread itself, above the guard: where the thread pointer points. */
  long threadPage(int place) {
    return stackStart(place) + Window.PAGE;
  }

  /** The page of the capability store. */
  long store() {
    return stacks() + Window.PAGE;
  }

  /** Code that ends a call of a function: where the function returns to. */
  long returnCode() {
    return store() + Window.PAGE - 8;
  }

  /** Code that ends a thread: where the first function of each returns to. */
  long exitCode() {
    return store() + Window.PAGE - 16;
  }
}
