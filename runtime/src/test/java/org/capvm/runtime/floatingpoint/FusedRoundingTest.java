package org.capvm.runtime.floatingpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The host rounds fused operations to nearest only. Where the guest's mode is another one, its
 * result must not be taken, even when it is exact: the sign of an exact zero depends on the mode.
 */
class FusedRoundingTest {
  private final Window window = new Window(1 << 20);
  private final Hart hart = new Hart(window, null, null, null);

  @AfterEach
  void close() {
    window.close();
  }

  private interface Doubles {
    double apply(double r, double a, double b, double c, Hart h);
  }

  private interface Singles {
    float apply(float r, float a, float b, float c, Hart h);
  }

  @ParameterizedTest
  @ValueSource(ints = {RoundingMode.RNE, RoundingMode.RTZ, RoundingMode.RDN, RoundingMode.RUP})
  void exactZerosHaveTheSignOfTheMode(int mode) {
    double zero = mode == RoundingMode.RDN ? -0.0 : 0.0;
    hart.setFrm(mode);
    checkDouble(zero, FastDouble::multiplyAdd, 2, 3, -6);
    checkDouble(zero, FastDouble::multiplySubtract, 2, 3, 6);
    checkDouble(zero, FastDouble::negatedMultiplySubtract, 2, 3, 6);
    checkDouble(zero, FastDouble::negatedMultiplyAdd, 2, 3, -6);
    checkSingle((float) zero, FastSingle::multiplyAdd, 2, 3, -6);
    checkSingle((float) zero, FastSingle::multiplySubtract, 2, 3, 6);
    checkSingle((float) zero, FastSingle::negatedMultiplySubtract, 2, 3, 6);
    checkSingle((float) zero, FastSingle::negatedMultiplyAdd, 2, 3, -6);
    assertEquals(0, hart.fcsr() & FloatFlags.NX);
  }

  @ParameterizedTest
  @ValueSource(ints = {RoundingMode.RNE, RoundingMode.RTZ, RoundingMode.RDN, RoundingMode.RUP})
  void inexactSumsGoWhereTheModeSays(int mode) {
    hart.setFrm(mode);
    double up = mode == RoundingMode.RUP ? Math.nextUp(1.0) : 1.0;
    double down = mode == RoundingMode.RDN ? Math.nextDown(-1.0) : -1.0;
    checkDouble(up, FastDouble::multiplyAdd, 1, 1, 0x1p-80);
    checkDouble(up, FastDouble::multiplySubtract, 1, 1, -0x1p-80);
    checkDouble(down, FastDouble::negatedMultiplySubtract, 1, 1, -0x1p-80);
    checkDouble(down, FastDouble::negatedMultiplyAdd, 1, 1, 0x1p-80);
    float upSingle = mode == RoundingMode.RUP ? Math.nextUp(1f) : 1;
    float downSingle = mode == RoundingMode.RDN ? Math.nextDown(-1f) : -1;
    checkSingle(upSingle, FastSingle::multiplyAdd, 1, 1, 0x1p-40f);
    checkSingle(upSingle, FastSingle::multiplySubtract, 1, 1, -0x1p-40f);
    checkSingle(downSingle, FastSingle::negatedMultiplySubtract, 1, 1, -0x1p-40f);
    checkSingle(downSingle, FastSingle::negatedMultiplyAdd, 1, 1, 0x1p-40f);
    assertEquals(FloatFlags.NX, hart.fcsr() & FloatFlags.NX);
  }

  /** As the host would have computed it: the result to nearest is what generated code brings. */
  private void checkDouble(double expected, Doubles operation, double a, double b, double c) {
    double nearest = Math.abs(expected) < 0.5 ? 0.0 : Math.copySign(1.0, expected);
    double result = operation.apply(nearest, a, b, c, hart);
    assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(result));
  }

  private void checkSingle(float expected, Singles operation, float a, float b, float c) {
    float nearest = Math.abs(expected) < 0.5f ? 0f : Math.copySign(1f, expected);
    float result = operation.apply(nearest, a, b, c, hart);
    assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(result));
  }
}
