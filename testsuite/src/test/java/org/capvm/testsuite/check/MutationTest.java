package org.capvm.testsuite.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capvm.testsuite.golden.GoldenClasses;
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;

/** Every class that was made wrong is rejected, and every right one accepted. */
class MutationTest {
  private static final long FIRST_SEED = 20260101;
  private static final int MUTATIONS_OF_A_KIND = 12;

  private static final int DAMAGED_CLASSES = 20_000;

  /** Each with a seed of its own. */
  private static final int LEAST_MUTATIONS = 864;

  private static final List<byte[]> HAND_WRITTEN = List.of(Shapes.all(), EmittedShapes.all());

  private static List<byte[]> golden;

  private static List<byte[]> withCapabilities;

  /** Some that ask capabilities for ranges. */
  private static List<byte[]> walks;

  private static List<byte[]> tagClearing;

  private final StringBuilder table = new StringBuilder();
  private final List<String> accepted = new ArrayList<>();
  private int seeds;
  private int count;

  @BeforeAll
  static void translate() throws InterruptedException {
    golden = GoldenClasses.all();
    withCapabilities = CapabilityClasses.all();
    walks = CapabilityClasses.walks();
    tagClearing = new ArrayList<>(GoldenClasses.tagClearing());
    tagClearing.add(TagClearingShapes.all());
  }

  @Test
  void whatTheTranslatorMakesIsAccepted() throws RejectedClassException {
    accept(golden);
    for (byte[] classFile : withCapabilities) {
      ClassChecker.checkWithCapabilities(classFile);
    }
    for (byte[] classFile : walks) {
      ClassChecker.checkWithCapabilities(classFile);
    }
    for (byte[] classFile : tagClearing) {
      ClassChecker.checkTagClearing(classFile);
    }
  }

  /** Classes of both kinds are known by where they are to run. */
  @Test
  void storesThatClearTagsAndOthersDoNotMix() {
    for (byte[] classFile : tagClearing) {
      assertThrows(RejectedClassException.class, () -> ClassChecker.check(classFile));
    }
    int rejected = 0;
    for (byte[] classFile : golden) {
      String text = new String(classFile, StandardCharsets.ISO_8859_1);
      if (text.contains("store") || text.contains("amo")) {
        assertThrows(RejectedClassException.class, () -> ClassChecker.checkTagClearing(classFile));
        rejected++;
      }
    }
    assertTrue(rejected > 0);
  }

  @Test
  void everyAllowedShapeIsAccepted() throws RejectedClassException {
    accept(HAND_WRITTEN);
  }

  private static void accept(List<byte[]> classes) throws RejectedClassException {
    for (byte[] classFile : classes) {
      ClassChecker.check(classFile);
    }
  }

  /** Code that should ask capabilities, and does not at all, is known by where it is to run. */
  @Test
  void codeWithoutCapabilitiesIsNoneWithThem() {
    for (byte[] classFile : golden) {
      assertThrows(
          RejectedClassException.class, () -> ClassChecker.checkWithCapabilities(classFile));
    }
  }

  @Test
  void bytesThatAreNoClassAreRejected() {
    assertThrows(RejectedClassException.class, () -> ClassChecker.check(new byte[100]));
    assertThrows(RejectedClassException.class, () -> ClassChecker.check(new byte[0]));
  }

  /** ASM, which reads them, must not fail in a way of its own; nor may the proof. */
  @Test
  void damagedClassesAreAcceptedOrRejected() {
    int rejected = 0;
    for (int n = 0; n < DAMAGED_CLASSES; n++) {
      Random random = new Random(FIRST_SEED + n);
      byte[] damaged = golden.get(random.nextInt(golden.size())).clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        ClassChecker.check(damaged);
      } catch (RejectedClassException e) {
        rejected++;
      }
    }
    assertTrue(rejected > DAMAGED_CLASSES / 4, "only " + rejected + " were rejected");
  }

  @Test
  void everyMutationIsRejected() throws RejectedClassException {
    // A mutant of a class that is rejected anyway would say nothing.
    accept(golden);
    accept(HAND_WRITTEN);
    mutate(ForeignMutations.all(), golden);
    mutate(ClassFileMutations.all(), golden);
    accept(withCapabilities);
    mutate(CapabilityMutations.all(), withCapabilities);
    accept(walks);
    mutate(CapabilityRangeMutations.all(), walks);
    mutate(TagClearingMutations.all(), tagClearing, ClassChecker::checkTagClearing);
    mutate(RangeMutations.all(), List.of(Shapes.all()));
    mutate(EmittedShapeMutations.all(), List.of(EmittedShapes.all()));
    assertEquals(List.of(), accepted);
    assertTrue(count >= LEAST_MUTATIONS, () -> "too few mutations:\n" + table);
    System.out.printf("mutations, all rejected:%n%s%5d  in all%n", table, count);
  }

  /** Says by an exception that a class is not as it must be. */
  private interface Checker {
    void check(byte[] classFile) throws RejectedClassException;
  }

  private void mutate(Map<String, Mutation> kinds, List<byte[]> classes) {
    mutate(kinds, classes, ClassChecker::check);
  }

  private void mutate(Map<String, Mutation> kinds, List<byte[]> classes, Checker checker) {
    for (Map.Entry<String, Mutation> kind : kinds.entrySet()) {
      int applied = 0;
      for (int tries = 0; applied < MUTATIONS_OF_A_KIND && tries < 1000; tries++) {
        long seed = FIRST_SEED + seeds++;
        Random random = new Random(seed);
        ClassNode node = new ClassNode();
        new ClassReader(classes.get(random.nextInt(classes.size())))
            .accept(node, ClassReader.SKIP_FRAMES);
        if (!kind.getValue().apply(node, random)) {
          continue;
        }
        applied++;
        try {
          checker.check(write(node));
          accepted.add(kind.getKey() + ", seed " + seed);
        } catch (RejectedClassException expected) {
          // As it should be.
        }
      }
      assertTrue(applied > 0, () -> kind.getKey() + " applies to no class");
      table.append("%5d  %s%n".formatted(applied, kind.getKey()));
      count += applied;
    }
  }

  private static byte[] write(ClassNode node) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    return writer.toByteArray();
  }
}
