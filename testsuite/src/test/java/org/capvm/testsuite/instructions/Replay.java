package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
                                dynamicTest(recording.title(), () -> replay(engine, recording)))));
  }

  private static void replay(Engine engine, Recording recording) {
    List<String> failures = new ArrayList<>();
    try (Machine machine = new Machine(engine)) {
      machine.load(recording.code());
      for (Recording.Case one : recording.cases()) {
        long[] after = machine.execute(one.before());
        String differences = State.differences(one.after(), after);
        if (!differences.isEmpty()) {
          failures.add(State.describe(one.before(), recording.inputs()) + ":" + differences);
        }
      }
    }
    assertEquals(
        List.of(),
        failures.stream().limit(REPORTED).toList(),
        () -> failures.size() + " of " + recording.cases().size() + " cases differ");
  }
}
