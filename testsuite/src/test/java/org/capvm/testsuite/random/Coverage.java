package org.capvm.testsuite.random;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.discover.Terminator;

/** In which surroundings random programs have had each instruction translated. */
final class Coverage {
  /** Where an instruction is. */
  enum Place {
    STRAIGHT,
    LOOP,
    AFTER_CALL,
    SPLIT,
    RESUMED
  }

  /** Above this many instructions a function surely becomes several methods. */
  private static final int SURELY_SPLIT = 1200;

  private final Map<Place, Map<Opcode, Integer>> counts = new EnumMap<>(Place.class);

  Coverage() {
    for (Place place : Place.values()) {
      counts.put(place, new EnumMap<>(Opcode.class));
    }
  }

  /** Adds what a program is translated from. */
  void add(Program program) {
    for (FunctionCode function : program.functions()) {
      boolean resumed = !Loops.heads(function).isEmpty();
      boolean split = function.instructionCount() > SURELY_SPLIT;
      boolean afterCall = false;
      for (BasicBlock block : function.blocks()) {
        boolean loop = Loops.contain(function, block);
        for (Instruction i : block.instructions()) {
          count(loop ? Place.LOOP : Place.STRAIGHT, i.opcode());
          countIf(afterCall, Place.AFTER_CALL, i.opcode());
          countIf(split, Place.SPLIT, i.opcode());
          countIf(resumed, Place.RESUMED, i.opcode());
        }
        afterCall |=
            block.end() instanceof Terminator.Call
                || block.end() instanceof Terminator.CallIndirect;
      }
    }
  }

  private void countIf(boolean condition, Place place, Opcode opcode) {
    if (condition) {
      count(place, opcode);
    }
  }

  private void count(Place place, Opcode opcode) {
    counts.get(place).merge(opcode, 1, Integer::sum);
  }

  /** Instructions that no program had at a place. */
  Set<Opcode> missing(Place place) {
    Set<Opcode> missing = EnumSet.allOf(Opcode.class);
    missing.removeIf(opcode -> opcode.family().isXcheri());
    missing.removeAll(counts.get(place).keySet());
    return missing;
  }

  /** A line for each place: how many instructions were there, the rarest, and which were not. */
  String summary() {
    StringBuilder text = new StringBuilder("random programs, instructions translated:\n");
    counts.forEach(
        (place, byOpcode) -> {
          long all = byOpcode.values().stream().mapToLong(n -> n).sum();
          String rarest =
              byOpcode.entrySet().stream()
                  .min(Map.Entry.comparingByValue())
                  .map(e -> e.getKey() + " " + e.getValue())
                  .orElse("none");
          text.append(
              "%10s %,10d of %3d kinds, rarest %s, none of %s%n"
                  .formatted(place, all, byOpcode.size(), rarest, missing(place)));
        });
    return text.toString();
  }
}
