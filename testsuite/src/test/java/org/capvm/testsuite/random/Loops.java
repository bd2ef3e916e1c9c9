package org.capvm.testsuite.random;

import java.util.SortedSet;
import java.util.TreeSet;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Terminator;

/** The loops of functions: what jumps back makes one. */
final class Loops {
  private Loops() {}

  /** Addresses that are jumped back to. */
  static SortedSet<Long> heads(FunctionCode function) {
    SortedSet<Long> heads = new TreeSet<>();
    for (BasicBlock block : function.blocks()) {
      long target = target(block);
      if (target >= function.entry() && target <= block.start()) {
        heads.add(target);
      }
    }
    return heads;
  }

  /** Whether a block lies between the head of a loop and the jump back to it. */
  static boolean contain(FunctionCode function, BasicBlock block) {
    for (BasicBlock from : function.blocks()) {
      long target = target(from);
      if (target >= 0 && target <= block.start() && block.start() <= from.start()) {
        return true;
      }
    }
    return false;
  }

  private static long target(BasicBlock block) {
    return switch (block.end()) {
      case Terminator.Jump(long target) -> target;
      case Terminator.Branch(long taken, long next) -> taken;
      default -> -1;
    };
  }
}
