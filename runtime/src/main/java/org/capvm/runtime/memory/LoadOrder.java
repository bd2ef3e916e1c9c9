package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Keeps plain loads of guest memory in program order.
 *
 * <p>RVWMO orders two loads of the same byte, and a load behind one that its address depends on, if
 * only in form. C2 knows neither rule: it moves a plain load down to the first use of its value,
 * behind other loads, and folds dependencies in form away. A blackhole is a use that C2 keeps at
 * its place and for which it emits no code; unlike a barrier it leaves what C2 knows of memory
 * alone.
 *
 * <p>The launcher makes {@code consume} a blackhole with {@code
 * -XX:CompileCommand=blackhole,org.capvm.runtime.memory.LoadOrder::consume} (experimental options
 * unlocked) and says so with {@code -Dorg.capvm.blackhole=true}. Where nobody says so, each load is
 * followed by a load fence: no instruction on x86-64 either, but loops get slower.
 */
@SuppressWarnings("UnusedVariable") // a blackhole does nothing with its argument
final class LoadOrder {
  private static final Unsafe U = Unsafe.getUnsafe();
  private static final boolean BLACKHOLE = Boolean.getBoolean("org.capvm.blackhole");

  private LoadOrder() {}

  static byte kept(byte value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(byte value) {}

  static short kept(short value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(short value) {}

  static int kept(int value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(int value) {}

  static long kept(long value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(long value) {}

  static float kept(float value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(float value) {}

  static double kept(double value) {
    if (BLACKHOLE) {
      consume(value);
    } else {
      U.loadFence();
    }
    return value;
  }

  private static void consume(double value) {}
}
