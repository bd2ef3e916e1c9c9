package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The functions of a file that can be translated as if capabilities did not exist: without an
 * instruction of Xcheri, and without a direct way to one.
 *
 * <p>A function that calls one with capabilities could be, too. But each such call would drop the
 * frames of its callers, which costs more than it gains.
 */
final class CapabilityFreeFunctions {
  /** Blocks that lead to an instruction of Xcheri: their limits by their starts. */
  private final NavigableMap<Long, Long> others = new TreeMap<>();

  private final List<FunctionCode> left = new ArrayList<>();

  private CapabilityFreeFunctions(List<FunctionCode> functions) {
    for (FunctionCode f : functions) {
      if (hasCapabilities(f)) {
        add(f);
      } else {
        left.add(f);
      }
    }
    while (left.removeIf(this::addIfItLeadsToOthers)) {
      // Others lead to those that were added, perhaps.
    }
  }

  /** Those among the functions of a file, in the same order. */
  static List<FunctionCode> of(List<FunctionCode> functions) {
    return List.copyOf(new CapabilityFreeFunctions(functions).left);
  }

  private static boolean hasCapabilities(FunctionCode f) {
    return f.blocks().stream()
        .flatMap(block -> block.instructions().stream())
        .anyMatch(i -> i.opcode().family().isXcheri());
  }

  private void add(FunctionCode f) {
    f.blocks().forEach(block -> others.merge(block.start(), block.limit(), Math::max));
  }

  private boolean addIfItLeadsToOthers(FunctionCode f) {
    boolean leads =
        f.blocks().stream().flatMapToLong(block -> targets(block.end())).anyMatch(this::isInOthers);
    if (leads) {
      add(f);
    }
    return leads;
  }

  private boolean isInOthers(long address) {
    Map.Entry<Long, Long> block = others.floorEntry(address);
    return block != null && address < block.getValue();
  }

  /** What is behind calls is no target: it is the function's own, or nobody comes there. */
  private static LongStream targets(Terminator end) {
    return switch (end) {
      case Terminator.Jump(long target) -> LongStream.of(target);
      case Terminator.Branch(long taken, long next) -> LongStream.of(taken, next);
      case Terminator.Call(long target, long returnTo) -> LongStream.of(target);
      case Terminator.TailCall(long target) -> LongStream.of(target);
      case Terminator.FallThrough(long next) -> LongStream.of(next);
      case Terminator.AlternateLink link -> link.target().stream().mapToLong(Long::longValue);
      case Terminator.JumpTable table -> table.targets().stream().mapToLong(Long::longValue);
      case Terminator.ComputedGoto jump -> jump.labels().stream().mapToLong(Long::longValue);
      case Terminator.CallIndirect call -> LongStream.empty();
      case Terminator.JumpIndirect jump -> LongStream.empty();
      case Terminator.Return none -> LongStream.empty();
      case Terminator.EnvironmentCall call -> LongStream.empty();
      case Terminator.Trap trap -> LongStream.empty();
    };
  }
}
