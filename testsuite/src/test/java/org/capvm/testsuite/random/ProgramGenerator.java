package org.capvm.testsuite.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Generates programs from seeds: the same program from the same seed on every machine.
 *
 * <p>A program ends: functions call only those behind them, recursion and circles of tail calls are
 * bounded by a depth that is passed down, loops count, and the number of instructions executed is
 * kept below a limit while the program is put together.
 */
final class ProgramGenerator {
  /** The fewest and the most instructions of a program. */
  static final int SHORTEST = 50;

  static final int LONGEST = 2000;

  /**
   * From this seed on, half of the functions read what their callees left in registers that the ABI
   * gives to callees. The programs of the seeds below are what they were before.
   */
  static final long LEFTOVERS = 1L << 40;

  /** Instructions that a whole program may execute, roughly. */
  private static final long LIMIT = 200_000;

  /** How much longer than planned a program may become. */
  private static final int SLACK = 100;

  /** Instructions of the start and the end. */
  private static final int FRAMEWORK = 160;

  private static final int BRIEF_FRAMEWORK = 40;

  /** Below this many instructions a program is brief. */
  private static final int BRIEF = 300;

  /** Above this many, half of the programs have a function that is cut into methods. */
  private static final int ROOM_FOR_HUGE = 1700;

  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e300,
    -1e-300,
    Double.MIN_NORMAL,
    Double.MIN_VALUE,
    2147483647.5,
    -9.3e18,
    1.9e19,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    4503599627370497.5
  };

  private static final long[] LONGS = {
    0,
    1,
    -1,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    0xffff_ffffL,
    0x8000_0000L,
    0x7ff0_0000_0000_0001L,
    0xffff_ffff_7fc0_0000L,
    0xffff_ffff_3f80_0000L,
    0xffff_ffff_7f80_0001L,
    0xffff_ffff_0000_0001L,
    0xffff_ffff_ff7f_ffffL,
    0x0123_4567_89ab_cdefL
  };

  private final Random random;
  private final long seed;
  private final List<Long> costs = new ArrayList<>();
  private final List<RandomFunction> functions = new ArrayList<>();

  private ProgramGenerator(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  static RandomProgram generate(long seed) {
    return new ProgramGenerator(seed).generate();
  }

  private RandomProgram generate() {
    byte[] buffer = buffer();
    int length = length();
    boolean isBrief = length < BRIEF;
    boolean hasHuge = length > ROOM_FOR_HUGE && random.nextBoolean();
    int left = length - (isBrief ? BRIEF_FRAMEWORK : FRAMEWORK);
    int most = hasHuge ? 2 : 1 + left / 60;
    int free = 1 + random.nextInt(Math.min(7, most));
    // The last functions jump to each other in a circle: behind all others, they are called by
    // them.
    int circle = !hasHuge && most > 2 && random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
    int count = free + circle;
    int huge = hasHuge ? random.nextInt(free) : -1;
    int[] parts = new int[count];
    for (int i = 0; i < count; i++) {
      functions.add(null);
      costs.add(0L);
      parts[i] = i == huge ? 20 : 1 + random.nextInt(4);
    }
    int whole = Arrays.stream(parts).sum();
    for (int number = count - 1; number >= 0; number--) {
      long limit = number == 0 ? LIMIT : 400L << random.nextInt(8);
      int cycle = number < free ? -1 : number + 1 < count ? number + 1 : free;
      FunctionGenerator generator =
          new FunctionGenerator(
              random,
              number,
              functions,
              costs,
              cycle < 0 ? limit : limit / 8,
              left * parts[number] / whole,
              number == huge,
              seed >= LEFTOVERS && random.nextBoolean(),
              cycle);
      functions.set(number, generator.generate());
      costs.set(number, generator.cost());
    }
    return new RandomProgram(seed, buffer, isBrief, List.copyOf(functions));
  }

  /** About how many instructions the program is to have: as many short ones as long ones. */
  private int length() {
    return random.nextInt(8) == 0
        ? random.nextInt(1500, LONGEST - SLACK)
        : (int) ((SHORTEST + SLACK / 5) * StrictMath.pow(30, random.nextDouble()));
  }

  private byte[] buffer() {
    ByteBuffer buffer = ByteBuffer.allocate(Layout.BUFFER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      switch (random.nextInt(6)) {
        case 0 -> buffer.putDouble(DOUBLES[random.nextInt(DOUBLES.length)]);
        case 1 -> buffer.putLong(LONGS[random.nextInt(LONGS.length)]);
        case 2 -> buffer.putLong(random.nextInt(-100, 100));
        case 3 -> buffer.putDouble(random.nextGaussian() * 1000);
        case 4 -> buffer.putLong(0xffff_ffff_0000_0000L | random.nextInt() & 0xffff_ffffL);
        default -> buffer.putLong(random.nextLong());
      }
    }
    return buffer.array();
  }

  /** A random part of a list, with {@code least} to {@code most} elements. */
  static List<Integer> choose(Random random, List<Integer> all, int least, int most) {
    List<Integer> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    List<Integer> chosen =
        new ArrayList<>(
            shuffled.subList(0, least + random.nextInt(Math.min(most, all.size()) - least + 1)));
    Collections.sort(chosen);
    return chosen;
  }
}
