package org.capvm.testsuite.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ByteShrinkerTest {
  @Test
  void onlyWhatMattersStaysChanged() {
    byte[] good = new byte[100];
    byte[] bad = new byte[100];
    Arrays.fill(bad, 10, 60, (byte) 7);
    byte[] expected = new byte[100];
    expected[13] = 7;
    expected[57] = 7;
    byte[] smallest =
        ByteShrinker.shrink(good, bad, bytes -> bytes[13] == 7 && bytes[57] == 7, 1000);
    assertArrayEquals(expected, smallest);
    assertEquals("0xd: 00 -> 07\n0x39: 00 -> 07\n", ByteShrinker.describe(good, smallest));
  }

  @Test
  void filesThatAreCutStayCut() {
    byte[] smallest =
        ByteShrinker.shrink(new byte[9], new byte[] {0, 1, 2}, bytes -> bytes.length == 3, 100);
    assertArrayEquals(new byte[3], smallest);
  }
}
