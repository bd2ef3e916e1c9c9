package org.capvm.testsuite.instructions;

import java.util.stream.Stream;
import org.capvm.translator.emit.Variant;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Translated code does on every recorded case what the emulator did. */
class TranslatedInstructionsTest {
  @TestFactory
  Stream<DynamicNode> instructions() {
    return Replay.on(new TranslatedEngine(Variant.FAST));
  }

  @TestFactory
  Stream<DynamicNode> preciseInstructions() {
    return Replay.on(new TranslatedEngine(Variant.PRECISE));
  }
}
