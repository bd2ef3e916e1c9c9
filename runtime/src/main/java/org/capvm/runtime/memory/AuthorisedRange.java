package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;
import org.capvm.runtime.capability.Capability;

/**
 * Range checks for accesses that a capability authorises: one serves all steps of a walk through
 * memory, whose accesses then go through {@link InRangeMemory}, by its rule.
 *
 * <p>A check asks what each access of {@link AuthorisedMemory} asks: tag, seal, permission and
 * bounds of the capability, the window, and the permissions of the pages. That of stores also finds
 * that there is no tag which they would have to clear.
 *
 * <p>An answer holds until the hart passes a poll or stores a capability; who changes permissions
 * while other harts run waits until each of them has passed a poll, or replaces the pages so that
 * late accesses reach nothing (see {@link Alias}). A capability that another hart stores to the
 * range meanwhile races with the stores: memory that differs from its record then loses the tag
 * (see {@link TagTable}).
 */
public final class AuthorisedRange {
  /** The most steps that one check serves. */
  public static final int MOST_STEPS = 256;

  private static final Unsafe U = Unsafe.getUnsafe();

  private AuthorisedRange() {}

  /**
   * The check of loads.
   *
   * @param address guest address of the first byte of the first step
   * @param steps from 1 to {@link #MOST_STEPS}; of no others anything is true
   * @param span bytes that each step may touch from its first one on, positive
   * @param stride from the first byte of a step to that of the next, in bytes
   * @return the host address of the first byte of the first step, or 0 where an access of a step
   *     may be refused
   */
  public static long loads(
      Capability c, long address, int steps, long span, long stride, Window w) {
    if (steps < 1 || steps > MOST_STEPS || c.loadSteps(address, span, stride, steps) < steps) {
      return 0;
    }
    return host(w, address, (steps - 1) * stride, span, PageTable.READ);
  }

  /** {@link #loads} for stores of integers. */
  public static long stores(
      Capability c, long address, int steps, long span, long stride, Window w) {
    if (steps < 1 || steps > MOST_STEPS || c.storeSteps(address, span, stride, steps) < steps) {
      return 0;
    }
    long travel = (steps - 1) * stride;
    long host = host(w, address, travel, span, PageTable.WRITE);
    if (host == 0) {
      return 0;
    }
    long first = address + Math.min(travel, 0);
    return holdsTags(w, first, first + span + Math.abs(travel)) ? 0 : host;
  }

  private static long host(Window w, long address, long travel, long span, int need) {
    long first = address + Math.min(travel, 0);
    long length = span + Math.abs(travel);
    if (InRangeMemory.host(w, first, length) == 0) {
      return 0;
    }
    int last = (int) (first + length - 1 >>> Window.PAGE_SHIFT);
    for (int page = (int) (first >>> Window.PAGE_SHIFT); page <= last; page++) {
      if ((w.permissions[page] & need) == 0) {
        return 0;
      }
    }
    return w.lowBase + (address - Window.LOW);
  }

  /** Whether a tag may lie in a range within the window: first by the marks of its pages. */
  private static boolean holdsTags(Window w, long first, long limit) {
    for (long at = first; at < limit; at = (at | Window.PAGE - 1) + 1) {
      boolean isMarked = U.getByte(w.tagMarks + (w.hostDelta() + at >>> Window.PAGE_SHIFT)) != 0;
      if (isMarked && w.tags().hasRecord(at, Math.min(limit, (at | Window.PAGE - 1) + 1))) {
        return true;
      }
    }
    return false;
  }
}
