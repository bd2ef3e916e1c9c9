package org.capvm.testsuite.instructions;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Translated code does on every recorded case what the emulator did. */
class TranslatedInstructionsTest {
  @TestFactory
  Stream<DynamicNode> instructions() {
    return Replay.on(new TranslatedEngine());
  }
}
