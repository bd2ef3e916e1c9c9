package org.capvm.testsuite.fuzz;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One damaged file, the same whenever it is made.
 *
 * @param number what it is made from
 * @param seed the good file
 * @param part what is damaged of it
 * @param way what is done with it
 * @param content the damaged file
 */
record ElfCase(long number, Seed seed, ElfPart part, ElfJudge.Way way, byte[] content) {

  static ElfCase make(Seeds seeds, long number) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(number);
    Seed seed = seeds.choose(random);
    ElfPart part = ElfPart.values()[(int) Long.remainderUnsigned(number, 3)];
    byte[] content = Mutator.mutate(seed, part, random);
    return new ElfCase(number, seed, part, way(random), content);
  }

  private static ElfJudge.Way way(RandomGenerator random) {
    int percent = random.nextInt(100);
    return percent < 25
        ? ElfJudge.Way.INSPECT
        : percent < 45
            ? ElfJudge.Way.DISASM
            : percent < 65
                ? ElfJudge.Way.TRANSLATE
                : percent < 95 ? ElfJudge.Way.RUN : ElfJudge.Way.RUN_BARE;
  }

  /**
   * Whether both engines have to do the same with it. Damaged code may break the calling
   * convention, which translated code trusts where calls go through pointers, unless it handles its
   * faults.
   */
  boolean enginesAgree() {
    return part != ElfPart.CODE || seed.handlesFaults();
  }

  String name() {
    return "%s-%s-%d".formatted(seed.name(), part, number);
  }
}
