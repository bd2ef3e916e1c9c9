package org.capvm.intravisor.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;

/** Runs the code of cases translated. Equal code is translated once, many of them to one class. */
final class CaseTranslations {
  /** A class for each would spend most of the time on loading it. */
  private static final int CASES_PER_CLASS = 500;

  /** What a translation depends on, the dialect aside. */
  private record Key(List<VectorCase.Encoding> code, long pc, boolean capabilityMode) {
    static Key of(List<VectorCase.Encoding> code, Capability pcc) {
      return new Key(List.copyOf(code), pcc.address(), pcc.isCapabilityMode());
    }

    /** A half of an instruction, or -1 outside of the code. */
    int halfWord(long address) {
      long at = pc;
      for (VectorCase.Encoding instruction : code) {
        long offset = address - at;
        if (offset >= 0 && offset < instruction.length()) {
          return instruction.bits() >>> (int) offset * Byte.SIZE & 0xffff;
        }
        at += instruction.length();
      }
      return -1;
    }
  }

  private final Dialect dialect;
  private final Map<Key, Optional<GuestFunction>> translations = new HashMap<>();
  private int classes;

  /**
   * Translates.
   *
   * @param cases all or some of those that will be run
   */
  CaseTranslations(Dialect dialect, List<VectorCase> cases) {
    this.dialect = dialect;
    Map<Key, ReachableCode> batch = new LinkedHashMap<>();
    for (VectorCase c : cases) {
      Key key = Key.of(c.code(), c.pcc());
      if (translations.putIfAbsent(key, Optional.empty()) == null) {
        find(key).ifPresent(found -> batch.put(key, found));
      }
      if (batch.size() == CASES_PER_CLASS) {
        translate(batch);
        batch.clear();
      }
    }
    translate(batch);
  }

  private Optional<ReachableCode> find(Key key) {
    return CapabilityTranslator.find(key::halfWord, key.pc(), key.capabilityMode(), dialect);
  }

  private void translate(Map<Key, ReachableCode> batch) {
    TranslatedClass made =
        CapabilityTranslator.translate(
            List.copyOf(batch.values()),
            dialect,
            TranslatedCode.PACKAGE + ".vector.Cases" + classes++);
    TranslatedCode code = new TranslatedCode(n -> n.equals(made.name()) ? made.bytes() : null);
    List<Key> keys = new ArrayList<>(batch.keySet());
    for (int number = 0; number < keys.size(); number++) {
      translations.put(keys.get(number), Optional.of(code.resumePoint(made.name(), number)));
    }
  }

  /** What running a case came to. {@code interpreted}: an instruction that did not trap. */
  record Outcome(Optional<Trap> trap, boolean interpreted) {}

  /** Runs the code at the hart's pc to its end, or until something traps. */
  Outcome run(Hart h, List<VectorCase.Encoding> code) {
    h.requestInterrupt(); // Code that jumps to itself is to leave.
    boolean interpreted = false;
    List<VectorCase.Encoding> rest = code;
    while (!rest.isEmpty()) {
      long start = h.pc;
      try {
        Optional<GuestFunction> translated = translated(h, rest);
        if (translated.isPresent()) {
          translated.get().call(h);
          return new Outcome(Optional.empty(), interpreted);
        }
      } catch (Unwind e) {
        // The next instruction is the interpreter's part.
      }
      for (long at = start; at < h.pc; rest = rest.subList(1, rest.size())) {
        at += rest.getFirst().length();
      }
      Trap trap = CapabilityInterpreter.step(h);
      if (trap != null) {
        return new Outcome(Optional.of(trap), interpreted);
      }
      interpreted = true;
      rest = rest.subList(1, rest.size());
    }
    return new Outcome(Optional.empty(), interpreted);
  }

  private Optional<GuestFunction> translated(Hart h, List<VectorCase.Encoding> code) {
    Key key = Key.of(code, h.capabilities.pcc());
    if (!translations.containsKey(key)) {
      translations.put(key, Optional.empty());
      find(key).ifPresent(found -> translate(Map.of(key, found)));
    }
    return translations.get(key);
  }
}
