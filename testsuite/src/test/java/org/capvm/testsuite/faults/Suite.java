package org.capvm.testsuite.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The suites, the fastest first, and their tests: classes, or methods behind a #. */
enum Suite {
  INTERPRETED("org.capvm.testsuite.instructions.InterpretedInstructionsTest"),
  TRANSLATED("org.capvm.testsuite.instructions.TranslatedInstructionsTest"),
  UNITS(
      "org.capvm.runtime.memory.InRangeMemoryTest",
      "org.capvm.runtime.hart.GuestStackTest",
      "org.capvm.runtime.interpreter.MemoryInstructionsTest",
      "org.capvm.runtime.interpreter.ControlTransferTest",
      "org.capvm.runtime.interpreter.AtomicInstructionsTest",
      "org.capvm.runtime.interpreter.InterpreterCallTest",
      "org.capvm.runtime.interpreter.PatchedCodeTest",
      "org.capvm.runtime.interpreter.SystemInstructionsTest",
      "org.capvm.translator.emit.DispatchTest",
      "org.capvm.runtime.isa.OperationTest",
      "org.capvm.runtime.floatingpoint.FusedRoundingTest",
      "org.capvm.testsuite.instructions.DefinitionsTest"),
  FAST_FORMS("org.capvm.testsuite.instructions.FastFormsTest"),
  LOOPS("org.capvm.testsuite.loops.StridedLoopTest", "org.capvm.testsuite.loops.LoopEdgesTest"),
  CALLS("org.capvm.testsuite.calls.CallSiteTest", "org.capvm.testsuite.calls.EndlessCodeTest"),
  RANDOM("org.capvm.testsuite.random.RandomProgramsTest"),
  CHECKER("org.capvm.testsuite.check.MutationTest#whatTheTranslatorMakesIsAccepted");

  private final List<String> tests;

  Suite(String... tests) {
    this.tests = List.of(tests);
  }

  List<String> tests() {
    return tests;
  }

  /** The suites that can find a fault: the interpreter knows nothing of the translator. */
  static List<Suite> of(Fault fault) {
    List<Suite> suites = new ArrayList<>(List.of(values()));
    if (fault.owner().startsWith("translator/")) {
      suites.remove(INTERPRETED);
    }
    return suites;
  }

  /** The suite that a test belongs to. */
  static Suite of(String test) {
    return Arrays.stream(values())
        .filter(suite -> suite.tests.contains(test))
        .findFirst()
        .orElseThrow();
  }
}
