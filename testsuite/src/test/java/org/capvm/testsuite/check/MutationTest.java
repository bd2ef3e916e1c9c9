package org.capvm.testsuite.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  private static final long SEED = 20260101;
  private static final int MUTATIONS_OF_A_KIND = 12;
  private static final int LEAST_MUTATIONS = 300;

  private static List<byte[]> golden;

  @BeforeAll
  static void translate() throws InterruptedException {
    golden = GoldenClasses.all();
  }

  @Test
  void whatTheTranslatorMakesIsAccepted() throws RejectedClassException {
    accept(golden);
  }

  @Test
  void everyAllowedShapeIsAccepted() throws RejectedClassException {
    accept(List.of(Shapes.all()));
  }

  private static void accept(List<byte[]> classes) throws RejectedClassException {
    for (byte[] classFile : classes) {
      ClassChecker.check(classFile);
    }
  }

  @Test
  void bytesThatAreNoClassAreRejected() {
    assertThrows(RejectedClassException.class, () -> ClassChecker.check(new byte[100]));
    assertThrows(RejectedClassException.class, () -> ClassChecker.check(new byte[0]));
  }

  @Test
  void everyMutationIsRejected() throws RejectedClassException {
    // A mutant of a class that is rejected anyway would say nothing.
    accept(golden);
    accept(List.of(Shapes.all()));
    Random random = new Random(SEED);
    StringBuilder table = new StringBuilder("mutations, all rejected:\n");
    List<String> accepted = new ArrayList<>();
    int count = mutate(ForeignMutations.all(), golden, random, table, accepted);
    count += mutate(RangeMutations.all(), List.of(Shapes.all()), random, table, accepted);
    assertEquals(List.of(), accepted);
    assertTrue(count >= LEAST_MUTATIONS, () -> "too few mutations:\n" + table);
    System.out.printf("%s%5d  in all%n", table, count);
  }

  private static int mutate(
      Map<String, Mutation> kinds,
      List<byte[]> classes,
      Random random,
      StringBuilder table,
      List<String> accepted) {
    int count = 0;
    for (Map.Entry<String, Mutation> kind : kinds.entrySet()) {
      int applied = 0;
      for (int tries = 0; applied < MUTATIONS_OF_A_KIND && tries < 1000; tries++) {
        ClassNode node = new ClassNode();
        new ClassReader(classes.get(random.nextInt(classes.size())))
            .accept(node, ClassReader.SKIP_FRAMES);
        if (!kind.getValue().apply(node, random)) {
          continue;
        }
        applied++;
        try {
          ClassChecker.check(write(node));
          accepted.add(kind.getKey() + ", number " + applied);
        } catch (RejectedClassException expected) {
          // As it should be.
        }
      }
      assertTrue(applied > 0, () -> kind.getKey() + " applies to no class");
      table.append("%5d  %s%n".formatted(applied, kind.getKey()));
      count += applied;
    }
    return count;
  }

  private static byte[] write(ClassNode node) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    return writer.toByteArray();
  }
}
