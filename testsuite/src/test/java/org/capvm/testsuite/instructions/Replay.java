package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.runtime.floatingpoint.FloatFlags;
import org.junit.jupiter.api.DynamicNode;

/** Holds an engine to the recordings: one test a program. */
final class Replay {
  private static final int REPORTED = 5;

  private Replay() {}

  static Stream<DynamicNode> on(Engine engine) {
    return Stream.of(RecordingFile.values())
        .map(
            file ->
                dynamicContainer(
                    file.fileName(),
                    file.read().stream()
                        .map(
                            recording ->
                                dynamicTest(
                                    recording.title(),
                                    () -> replay(engine, recording, accrued(file))))));
  }

  /**
   * Flags that an instruction finds besides the recorded ones: all but NX make no difference to how
   * floating point is computed.
   */
  private static int[] accrued(RecordingFile file) {
    return switch (file) {
      case SINGLE, DOUBLE ->
          new int[] {0, FloatFlags.NV | FloatFlags.DZ | FloatFlags.OF | FloatFlags.UF};
      default -> new int[] {0};
    };
  }

  private static void replay(Engine engine, Recording recording, int[] accrued) {
    List<String> failures = new ArrayList<>();
    try (Machine machine = new Machine(engine)) {
      machine.load(recording.code());
      for (int flags : accrued) {
        for (Recording.Case recorded : recording.cases()) {
          Recording.Case one = recorded.withAccrued(flags);
          long[] after = machine.execute(one.before());
          String differences = State.differences(one.after(), after);
          if (!differences.isEmpty()) {
            failures.add(State.describe(one.before(), recording.inputs()) + ":" + differences);
          }
        }
      }
    }
    assertEquals(
        List.of(),
        failures.stream().limit(REPORTED).toList(),
        () -> failures.size() + " of " + recording.cases().size() + " cases differ");
  }
}
