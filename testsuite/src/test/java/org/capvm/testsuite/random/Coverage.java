package org.capvm.testsuite.random;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
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

  /** What traps is no part of a random program: it would end it. */
  private static final Set<Opcode> NEVER_GENERATED = EnumSet.of(Opcode.EBREAK, Opcode.ILLEGAL);

  private final Map<Place, Map<Opcode, Integer>> counts = new EnumMap<>(Place.class);
  private int programs;

  Coverage() {
    for (Place place : Place.values()) {
      counts.put(place, new EnumMap<>(Opcode.class));
    }
  }

  /** Adds a program whose functions were translated. */
  synchronized void add(List<FunctionCode> functions) {
    programs++;
    for (FunctionCode function : functions) {
      boolean split = function.instructionCount() > SURELY_SPLIT;
      boolean afterCall = false;
      for (BasicBlock block : function.blocks()) {
        boolean loop = Loops.contain(function, block);
        for (Instruction i : block.instructions()) {
          count(loop ? Place.LOOP : Place.STRAIGHT, i.opcode());
          countIf(afterCall, Place.AFTER_CALL, i.opcode());
          countIf(split, Place.SPLIT, i.opcode());
        }
        afterCall |=
            block.end() instanceof Terminator.Call
                || block.end() instanceof Terminator.CallIndirect;
      }
    }
  }

  /** Adds the functions of a program that were translated to be entered in the middle. */
  synchronized void addResumed(List<FunctionCode> functions) {
    for (FunctionCode function : functions) {
      for (BasicBlock block : function.blocks()) {
        block.instructions().forEach(i -> count(Place.RESUMED, i.opcode()));
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

  /** Instructions that could be at a place, and that no program had there. */
  Set<Opcode> missing(Place place) {
    Set<Opcode> missing = EnumSet.complementOf(EnumSet.copyOf(NEVER_GENERATED));
    missing.removeIf(opcode -> opcode.family().isXcheri());
    missing.removeAll(counts.get(place).keySet());
    return missing;
  }

  /** A line for each place: how many instructions were there, the rarest, and which were not. */
  String summary() {
    StringBuilder text = new StringBuilder();
    text.append("Instructions of %,d programs that were translated:%n".formatted(programs));
    counts.forEach(
        (place, byOpcode) -> {
          long all = byOpcode.values().stream().mapToLong(n -> n).sum();
          String rarest =
              byOpcode.entrySet().stream()
                  .min(Map.Entry.comparingByValue())
                  .map(e -> e.getKey() + " " + e.getValue())
                  .orElse("none");
          text.append(
              "%10s %,11d of %3d kinds, rarest %s, none of %s%n"
                  .formatted(place, all, byOpcode.size(), rarest, missing(place)));
        });
    return text.toString();
  }
}
