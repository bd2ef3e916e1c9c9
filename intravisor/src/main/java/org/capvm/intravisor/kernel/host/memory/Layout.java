package org.capvm.intravisor.kernel.host.memory;

import org.capvm.runtime.memory.Window;

/**
 * Where things are in a window.
 *
 * <pre>
 *   LOW      fixed-address program, then its heap (brk)
 *   elfLow   position-independent files at addresses derived from their content
 *   elfHigh  everything else that is mapped, from mapTop downwards
 *   mapTop   a gap, so that a stack that grows too far meets nothing
 *   stackLow main thread's stack up to stackTop
 * </pre>
 *
 * @param heapLow where the heap of a position-independent program starts
 */
public record Layout(
    long heapLow, long elfLow, long elfHigh, long mapTop, long stackLow, long stackTop) {
  /** RLIMIT_STACK: the main thread's stack in bytes. */
  public static final long STACK = 8L << 20;

  private static final long GIB = 1L << 30;

  /** The layout of a window of a size. The position-independent area is the same in large ones. */
  static Layout of(Window window) {
    long size = window.size();
    boolean large = size >= 3 * GIB;
    long stack = Math.min(STACK, size / 8 & -Window.PAGE);
    long stackTop = size - Window.PAGE;
    long stackLow = stackTop - stack;
    long gap = large ? 64L << 20 : size / 32 & -Window.PAGE;
    return new Layout(
        1L << 20 < size / 4 ? 1L << 20 : Window.LOW,
        large ? GIB : size / 4 & -0x10000L,
        large ? 2 * GIB : size / 2 & -0x10000L,
        stackLow - gap,
        stackLow,
        stackTop);
  }
}
