package org.capvm.testsuite.fuzz.guided;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What guided fuzzing begins with, and what it has found, without an agent. */
class SavedInputsTest {
  @ParameterizedTest
  @EnumSource
  void pass(GuidedTarget target) throws Exception {
    List<Path> inputs = inputs(target);
    assertFalse(inputs.isEmpty());
    for (Path input : inputs) {
      try {
        target.judge(Files.readAllBytes(input));
      } catch (Exception | Error e) {
        throw new AssertionError(input.toString(), e);
      }
    }
  }

  private static List<Path> inputs(GuidedTarget target) throws IOException {
    try (Stream<Path> files = Files.list(target.saved())) {
      return files.sorted().toList();
    }
  }
}
