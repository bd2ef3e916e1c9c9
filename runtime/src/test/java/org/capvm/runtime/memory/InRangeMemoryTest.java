package org.capvm.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the range check lets through is exactly what the checked accessors do. */
class InRangeMemoryTest {
  private static final long SIZE = 1 << 20;

  private final Window window = new Window(SIZE);

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void rangesWithinTheWindowHaveAnAddress() {
    long low = InRangeMemory.host(window, Window.LOW, SIZE - Window.LOW);
    assertNotEquals(0, low);
    assertEquals(low + 8, InRangeMemory.host(window, Window.LOW + 8, SIZE - Window.LOW - 8));
    assertEquals(
        low + SIZE - Window.LOW - 1, InRangeMemory.host(window, SIZE - 1, 1), "the last byte");
  }

  @Test
  void rangesThatLeaveTheWindowHaveNone() {
    long[][] outside = {
      {Window.LOW - 1, 1},
      {Window.LOW - 1, 16},
      {0, 8},
      {-8, 8},
      {-8, Window.LOW + 16},
      {SIZE, 1},
      {SIZE - 7, 8},
      {Window.LOW, SIZE - Window.LOW + 1},
      {Window.LOW, -1},
      {SIZE - 8, -8},
      {Window.LOW, Long.MIN_VALUE},
      {Long.MIN_VALUE, Long.MIN_VALUE},
      {Long.MAX_VALUE, Long.MAX_VALUE},
      {-1, Long.MIN_VALUE + Window.LOW}
    };
    for (long[] range : outside) {
      assertEquals(
          0,
          InRangeMemory.host(window, range[0], range[1]),
          () -> "%x + %x".formatted(range[0], range[1]));
    }
  }

  @Test
  void accessesReachTheSameBytesAsCheckedOnes() {
    long base = InRangeMemory.host(window, SIZE - 16, 16);
    InRangeMemory.storeLong(base, 8, 0x0102_0304_8586_8788L);
    assertEquals(0x0102_0304_8586_8788L, Memory.loadLong(window, SIZE - 8));
    assertEquals(0x8586_8788, InRangeMemory.loadInt(base, 8));
    assertEquals((short) 0x8788, InRangeMemory.loadShort(base, 8));
    assertEquals((byte) 0x01, InRangeMemory.loadByte(base, 15));
    InRangeMemory.storeInt(base, 0, 0x8000_0001);
    InRangeMemory.storeShort(base, 4, (short) 0x8002);
    InRangeMemory.storeByte(base, 6, (byte) 0x83);
    assertEquals(0x0083_8002_8000_0001L, Memory.loadLong(window, SIZE - 16));
    InRangeMemory.storeDouble(base, 0, -2.5);
    assertEquals(-2.5, Memory.loadDouble(window, SIZE - 16));
    InRangeMemory.storeFloat(base, 8, 1.5f);
    assertEquals(1.5f, Memory.loadFloat(window, SIZE - 8));
    assertEquals(-2.5, InRangeMemory.loadDouble(base, 0));
    assertEquals(1.5f, InRangeMemory.loadFloat(base, 8));
  }
}
