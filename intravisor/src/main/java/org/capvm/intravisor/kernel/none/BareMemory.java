package org.capvm.intravisor.kernel.none;

import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.cvm.ObjectTypes;
import org.capvm.intravisor.cvm.Placement;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * The memory of a bare cVM: all of a window, or a part of one that it shares with the cVM in which
 * it is nested. Who shares a window is confined by bounds of capabilities alone.
 */
final class BareMemory implements AutoCloseable {
  /**
   * Room for shared buffers in bytes. It costs 5 bytes of tables for each page, and a cVM that uses
   * it up gets an error.
   */
  private static final long ALIASES = 256L << 20;

  /** Object types of a nested cVM, so that none unseals what another has sealed. */
  private static final int NESTED_TYPES = 1024;

  private static final int ALL =
      PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;

  private final Window window;
  private final BareLayout layout;
  private final long low;
  private final long high;
  private final int number;

  /** How many cVMs use the window, which is closed with the last of them. */
  private final AtomicInteger users;

  private BareMemory(
      Window window, BareLayout layout, long low, long high, int number, AtomicInteger users) {
    this.window = window;
    this.layout = layout;
    this.low = low;
    this.high = high;
    this.number = number;
    this.users = users;
  }

  /**
   * A window of its own for a cVM that shares it with nobody.
   *
   * @param size in bytes
   * @param tagged whether it can hold capabilities
   */
  static BareMemory own(long size, boolean tagged, Dialect dialect) {
    Window window = window(size, tagged);
    long reach = tagged ? CapabilityStart.representable(dialect, size) : size;
    return new BareMemory(window, BareLayout.of(0, reach), 0, reach, 0, new AtomicInteger(1));
  }

  /** A window for a cVM and those that are nested in it. */
  static BareMemory outermost(Placement placement) {
    return of(placement, window(placement.window(), true), new AtomicInteger(1));
  }

  private static Window window(long size, boolean tagged) {
    Window window = new Window(size, tagged, tagged ? ALIASES : 0);
    if (tagged) {
      window.tags().setShared(false);
    }
    window.pages().set(Window.LOW, size - Window.LOW, ALL);
    return window;
  }

  /** A part of this memory's window, for a cVM that is nested in this one's. */
  BareMemory nested(Placement placement) {
    users.incrementAndGet();
    return of(placement, window, users);
  }

  private static BareMemory of(Placement p, Window window, AtomicInteger users) {
    BareLayout layout = BareLayout.of(p.start(), p.size());
    return new BareMemory(window, layout, p.low(), p.high(), p.number(), users);
  }

  Window window() {
    return window;
  }

  BareLayout layout() {
    return layout;
  }

  /** The lowest address that its capabilities may have. */
  long low() {
    return low;
  }

  /** The address behind them. */
  long high() {
    return high;
  }

  /** Whether its capabilities cover all memory of the window. */
  boolean isWholeWindow() {
    return low == 0 && high == window.size();
  }

  /** The lowest object type that the cVM may seal with. */
  int firstType() {
    return number == 0 ? 0 : ObjectTypes.FIRST - number * NESTED_TYPES;
  }

  /** How many such types there are: all that are guests' for the outermost. */
  int types() {
    return number == 0 ? ObjectTypes.FIRST : NESTED_TYPES;
  }

  /** How many cVMs can be nested in one, at whatever depth. */
  static int mostNested() {
    return ObjectTypes.FIRST / NESTED_TYPES / 2;
  }

  /** No hart of the cVM runs any more: nothing of it stays in a window that others still use. */
  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      window.close();
    } else {
      long start = layout.lowest();
      window.discard(start, layout.end() - start);
      window.pages().set(start, layout.end() - start, ALL);
    }
  }
}
