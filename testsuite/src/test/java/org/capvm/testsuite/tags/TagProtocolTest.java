package org.capvm.testsuite.tags;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.tree.ClassNode;

/**
 * Tags in memory under every order of the steps of two and three harts: no tag is forged, no
 * capability torn, no tag lost without an integer store, and operations that are atomic are.
 *
 * <p>The steps are those of the runtime's own code. Between steps the harts agree on memory: what
 * the host reorders beyond that, the races of {@code TagRacesTest} try.
 */
class TagProtocolTest {
  /** Fewer would mean that harts do not stop where they should. */
  private static final int LEAST_STATES = 20;

  private static final List<Scenario> SCENARIOS =
      List.of(
          // Capabilities only.
          Scenario.of("C C", "sc A", "sc B", "lc; lc"),
          Scenario.of("C C", "sc A; lc", "sc B; lc"),
          Scenario.of("C C", "i:sc A", "i:sc B", "i:lc"),
          Scenario.of("C C", "swap A", "swap B", "lc"),
          Scenario.of("NULL C", "sc A", "swap B", "lc"),
          Scenario.of("C C", "sc A; sc NULL", "lc; lc"),
          Scenario.of("C C", "lr.c; sc.c A", "sc B", "lc"),
          Scenario.of("C C", "lr.c; sc.c A", "lr.c; sc.c B"),
          Scenario.of("C C", "lr.c; sc.c A", "sc B; sc C"),
          // Integers of which it depends on memory what they write, or whether.
          Scenario.of("A C", "lr.d; sc.d 0", "sc B", "lc"),
          Scenario.of("A C", "lr.d; sc.d 0", "lr.d; sc.d 0"),
          Scenario.of("C C", "amoadd 0", "sc A", "lc"),
          Scenario.of("A C", "amoadd 0; lc", "swap B"),
          Scenario.of("A C", "amoadd 0", "lr.c; sc.c B"),
          // Plain stores of integers: all bits, some, and those that are there.
          Scenario.of("C C", "sc A", "sd 0", "lc; lc"),
          Scenario.of("C C", "i:sc A", "i:sd 0", "i:lc"),
          Scenario.of("C C", "sc A", "sb 0", "lc; lc"),
          Scenario.of("C C", "i:sc A", "i:sb 0", "lc"),
          Scenario.of("C C", "sc A", "sd low A", "lc"),
          Scenario.of("C C", "sc A", "sd high B; sd high A", "lc"),
          Scenario.of("A C", "sd 0; sd low A", "lc; lc"),
          Scenario.of("A C", "sd high B; sd high A", "sc A", "lc"),
          Scenario.of("A C", "sd 0; sd low A", "lr.c; sc.c B"),
          Scenario.of("A C", "sd 0; sc B", "lc; lc"),
          Scenario.of("NULL C", "sd high A; sd low A", "sc A; sc NULL; lc"),
          Scenario.of("C C", "sc A; sc A", "sd 0", "lc"),
          Scenario.of("Z C", "sd 0", "lc; lc"),
          Scenario.of("A C", "sd next", "sc B", "lc"),
          Scenario.of("A C", "sd second", "sc B", "lc; lc"),
          // The same by code without capabilities, and with the first tag of a page.
          Scenario.of("C C", "sc A", "m:sd 0", "lc; lc"),
          Scenario.of("C C", "sc A", "m:sb 0", "lc"),
          Scenario.of("A C", "m:sd next", "sc B", "lc"),
          Scenario.of("A C", "m:sd 0; m:sd low A", "lr.c; sc.c B"),
          Scenario.of("NULL NULL", "sc A", "m:sd 0", "lc; lc"),
          Scenario.of("NULL NULL", "sc A", "m:sd low A", "lc"),
          Scenario.of("NULL NULL", "sc A", "m:sd high B; m:sd high A", "lc"),
          Scenario.of("NULL NULL", "sc A; m:sd 0; m:sd low A", "lc; lc"),
          Scenario.of("NULL NULL", "sc A; sc NULL; lc", "m:sd high A; m:sd low A"),
          // The same by loops that ask for a range.
          Scenario.of("C C", "sc A", "w:sd 0", "lc; lc"),
          Scenario.of("A C", "w:sd next", "sc B", "lc"),
          Scenario.of("A C", "w:sd second", "sc B", "lc; lc"),
          Scenario.of("A C", "w:sd 0; w:sd low A", "lr.c; sc.c B"),
          Scenario.of("NULL NULL", "sc A", "w:sd 0", "lc; lc"),
          Scenario.of("NULL NULL", "sc A", "w:sd low A", "lc"),
          Scenario.of("NULL C", "sc A", "w:sd high B; w:sd high A", "lc"),
          Scenario.of("NULL NULL", "sc A; w:sd 0; w:sd low A", "lc; lc"),
          // The kernel.
          Scenario.of("Z C", "discard; lc"),
          Scenario.of("A C", "discard; write A"),
          Scenario.of("A C", "write A", "sc B", "lc"));

  private static World world(Consumer<ClassNode> fault) throws ReflectiveOperationException {
    return Class.forName(HeapWorld.class.getName(), true, new SteppedClasses(fault))
        .asSubclass(World.class)
        .getConstructor()
        .newInstance();
  }

  @Test
  void everyOrderOfStepsKeepsTags() throws ReflectiveOperationException {
    World world = world(node -> {});
    for (Scenario scenario : SCENARIOS) {
      Explorer explorer = new Explorer(world, scenario, new Rules(world, scenario));
      int states = explorer.run();
      System.out.printf("%7d states, %5d ends: %s%n", states, explorer.ends(), scenario);
      assertTrue(states > LEAST_STATES && explorer.ends() > 0, scenario::toString);
    }
  }

  /** Each planted fault breaks a rule in its scenario, or the scenarios would prove nothing. */
  @ParameterizedTest
  @EnumSource
  void plantedFaultsAreFound(ProtocolFault fault) throws ReflectiveOperationException {
    World world = world(fault);
    Scenario scenario =
        SCENARIOS.stream()
            .filter(s -> s.toString().equals(fault.scenario()))
            .findFirst()
            .orElseThrow();
    Explorer explorer = new Explorer(world, scenario, new Rules(world, scenario));
    AssertionError found = assertThrows(AssertionError.class, explorer::run);
    System.out.println(fault + ": " + found.getMessage().lines().findFirst().orElse(""));
    assertTrue(fault.wasPlanted());
  }
}
