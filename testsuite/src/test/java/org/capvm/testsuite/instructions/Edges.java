package org.capvm.testsuite.instructions;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.capvm.runtime.floatingpoint.NanBox;

/** Values at which instructions change their mind. */
final class Edges {
  /** Sign boundaries of bytes to double-words, shift amounts and the overflowing division. */
  static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    7,
    31,
    32,
    63,
    64,
    -128,
    0xff,
    0x8000,
    0x7fff_ffffL,
    0x8000_0000L,
    -0x8000_0000L,
    -0x8000_0001L,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    0x5555_5555_5555_5555L,
    0x1234_5678_9abc_def0L,
    0xfedc_ba98_7654_3210L,
  };

  /** Fewer of them, for second operands and immediate forms. */
  static final long[] FEW_INTEGERS = {
    0,
    1,
    -1,
    0x7fff_ffffL,
    -0x8000_0000L,
    0xffff_ffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x1234_5678_9abc_def0L,
  };

  static final long[] DOUBLE_NANS = {
    0x7ff8_0000_0000_0000L, 0xfff8_0000_0000_1234L, 0x7ff0_0000_0000_0001L, 0xfff7_ffff_ffff_ffffL,
  };

  /** Operands of arithmetic: they meet in ties, tiny and huge results. */
  static final long[] DOUBLES =
      LongStream.concat(
              bits(
                  0.0,
                  -0.0,
                  1,
                  -1,
                  1.5,
                  -2,
                  3,
                  1.0 / 3,
                  10,
                  Math.nextUp(1.0),
                  Math.nextDown(1.0),
                  -Math.nextUp(1.5),
                  0x1p-53,
                  -0x1.8p-53,
                  0x1p-54,
                  0x1p52 + 1,
                  0x1p53,
                  0x1p63,
                  Double.MIN_VALUE,
                  -3 * Double.MIN_VALUE,
                  -Math.nextDown(Double.MIN_NORMAL),
                  Double.MIN_NORMAL,
                  -Math.nextUp(Double.MIN_NORMAL),
                  0x1.8p-1021,
                  0x1p-537,
                  -0x1.fffffffffffffp-486,
                  0x1.6a09e667f3bcdp512,
                  Double.MAX_VALUE,
                  -Double.MAX_VALUE,
                  0x1p1023,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY),
              LongStream.of(DOUBLE_NANS))
          .toArray();

  /** Operands of fused multiply-add: products that cancel, vanish and overflow. */
  static final long[] FUSED_DOUBLES =
      LongStream.concat(
              bits(
                  0.0,
                  -1,
                  Math.nextUp(1.0),
                  -(1 + 0x1p-51),
                  Double.MIN_VALUE,
                  -Double.MIN_NORMAL,
                  0x1p-537,
                  Double.MAX_VALUE,
                  Double.NEGATIVE_INFINITY),
              LongStream.of(DOUBLE_NANS[1], DOUBLE_NANS[2]))
          .toArray();

  /** Operands of conversions to integers: both sides of each bound, and halves. */
  static final long[] CONVERTED_DOUBLES =
      LongStream.concat(
              signed(
                  0,
                  0x1p-60,
                  0.25,
                  0.5,
                  Math.nextUp(0.5),
                  0.75,
                  Math.nextDown(1.0),
                  1,
                  1.5,
                  2.5,
                  0x1p31 - 1,
                  0x1p31 - 0.5,
                  0x1p31 - 0.25,
                  0x1p31,
                  0x1p31 + 0.5,
                  0x1p31 + 1,
                  0x1p32 - 1,
                  0x1p32 - 0.5,
                  0x1p32,
                  0x1p51 + 0.5,
                  0x1p53 + 2,
                  Math.nextDown(0x1p63),
                  0x1p63,
                  Math.nextUp(0x1p63),
                  Math.nextDown(0x1p64),
                  0x1p64,
                  1e300,
                  Double.MIN_VALUE,
                  Double.POSITIVE_INFINITY),
              LongStream.of(DOUBLE_NANS))
          .toArray();

  /** Operands of the conversion to single precision: around its bounds and ties. */
  static final long[] NARROWED_DOUBLES =
      LongStream.concat(
              LongStream.concat(
                  LongStream.of(DOUBLES),
                  signed(
                      Float.MIN_VALUE,
                      Float.MIN_VALUE * 0.5,
                      Math.nextUp(Float.MIN_VALUE * 0.5),
                      Float.MIN_VALUE * 1.5,
                      Float.MIN_NORMAL,
                      Math.nextDown((double) Float.MIN_NORMAL),
                      Float.MIN_NORMAL * (1 - 0x1p-24),
                      Float.MIN_NORMAL * (1 - 0x1p-25),
                      Float.MIN_NORMAL * (1 - 0x1.8p-25),
                      Math.nextUp((double) Float.MIN_NORMAL),
                      1 + 0x1p-24,
                      1 + 0x1.8p-23,
                      Math.nextUp(1 + 0x1p-24),
                      Float.MAX_VALUE,
                      Math.nextUp((double) Float.MAX_VALUE),
                      0x1.ffffffp127,
                      Math.nextDown(0x1.ffffffp127),
                      0x1p128)),
              LongStream.of(0x7ff0_0000_2000_0000L))
          .toArray();

  static final long[] SINGLE_NANS = {
    NanBox.box(0x7fc0_0000),
    NanBox.box(0xffc0_1234),
    NanBox.box(0x7f80_0001),
    NanBox.box(0xffbf_ffff),
  };

  /** Registers that hold no boxed single: a double, an almost boxed one, zero above. */
  static final long[] UNBOXED = {
    0x3ff0_0000_0000_0000L, 0xffff_fffe_3f80_0000L, 0x0000_0000_3f80_0000L,
  };

  static final long[] SINGLES =
      LongStream.concat(
              boxed(
                  0.0f,
                  -0.0f,
                  1,
                  -1,
                  1.5f,
                  -2,
                  3,
                  1.0f / 3,
                  10,
                  Math.nextUp(1.0f),
                  Math.nextDown(1.0f),
                  -Math.nextUp(1.5f),
                  0x1p-24f,
                  -0x1.8p-24f,
                  0x1p-25f,
                  0x1p23f + 1,
                  0x1p24f,
                  0x1p63f,
                  Float.MIN_VALUE,
                  -3 * Float.MIN_VALUE,
                  -Math.nextDown(Float.MIN_NORMAL),
                  Float.MIN_NORMAL,
                  -Math.nextUp(Float.MIN_NORMAL),
                  0x1.8p-125f,
                  0x1p-75f,
                  -0x1.fffffep-52f,
                  0x1.6a09e6p64f,
                  Float.MAX_VALUE,
                  -Float.MAX_VALUE,
                  0x1p127f,
                  Float.POSITIVE_INFINITY,
                  Float.NEGATIVE_INFINITY),
              LongStream.concat(LongStream.of(SINGLE_NANS), LongStream.of(UNBOXED)))
          .toArray();

  static final long[] FUSED_SINGLES =
      LongStream.concat(
              boxed(
                  0.0f,
                  -1,
                  Math.nextUp(1.0f),
                  -(1 + 0x1p-22f),
                  Float.MIN_VALUE,
                  -Float.MIN_NORMAL,
                  0x1p-75f,
                  Float.MAX_VALUE,
                  Float.NEGATIVE_INFINITY),
              LongStream.of(SINGLE_NANS[1], SINGLE_NANS[2], UNBOXED[1]))
          .toArray();

  static final long[] CONVERTED_SINGLES =
      LongStream.concat(
              LongStream.concat(
                  boxed(
                      0,
                      -0.0f,
                      0x1p-60f,
                      0.25f,
                      0.5f,
                      Math.nextUp(0.5f),
                      Math.nextDown(1.0f),
                      1,
                      1.5f,
                      2.5f,
                      -0x1p-60f,
                      -0.5f,
                      -0.75f,
                      -Math.nextDown(1.0f),
                      -1,
                      -1.5f,
                      -2.5f,
                      Math.nextDown(0x1p31f),
                      0x1p31f,
                      -0x1p31f,
                      -Math.nextUp(0x1p31f),
                      Math.nextDown(0x1p32f),
                      0x1p32f,
                      Math.nextDown(0x1p63f),
                      0x1p63f,
                      -0x1p63f,
                      -Math.nextUp(0x1p63f),
                      Math.nextDown(0x1p64f),
                      0x1p64f,
                      1e30f,
                      -1e30f,
                      Float.MIN_VALUE,
                      Float.POSITIVE_INFINITY,
                      Float.NEGATIVE_INFINITY),
                  LongStream.of(SINGLE_NANS)),
              LongStream.of(UNBOXED))
          .toArray();

  /** Integers that do not fit the significands, and ties between their neighbours. */
  static final long[] CONVERTED_INTEGERS =
      LongStream.concat(
              LongStream.of(INTEGERS),
              LongStream.of(
                  0x100_0001L,
                  0x100_0003L,
                  -0x100_0001L,
                  0x7fff_ff40L,
                  0x20_0000_0000_0001L,
                  0x20_0000_0000_0003L,
                  -0x20_0000_0000_0001L,
                  0x7fff_ffff_ffff_fe00L,
                  0xffff_ffff_ffff_fc00L,
                  0xffff_ff80_0000_0000L,
                  0x8000_0040_0000_0000L,
                  0x8000_0000_0000_0400L,
                  0x8000_0000_0000_0c01L))
          .toArray();

  private Edges() {}

  private static LongStream bits(double... values) {
    return DoubleStream.of(values).mapToLong(Double::doubleToRawLongBits);
  }

  private static LongStream signed(double... values) {
    return DoubleStream.of(values)
        .flatMap(v -> DoubleStream.of(v, -v))
        .mapToLong(Double::doubleToRawLongBits);
  }

  private static LongStream boxed(float... values) {
    LongStream.Builder all = LongStream.builder();
    for (float value : values) {
      all.add(NanBox.box(value));
    }
    return all.build();
  }
}
