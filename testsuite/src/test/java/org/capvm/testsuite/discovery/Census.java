package org.capvm.testsuite.discovery;

import java.util.HashSet;
import java.util.Set;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.PltStub;
import org.capvm.translator.discover.Program;
import org.capvm.translator.discover.Terminator;

/** Counts what was discovered in a program. */
final class Census {
  private final Set<Long> entries = new HashSet<>();
  private int jumpTables;
  private int computedGotos;
  private int strayJumps;
  private int overlaps;

  Census(Program program) {
    program.functions().stream().map(FunctionCode::entry).forEach(entries::add);
    program.stubs().stream().map(PltStub::entry).forEach(entries::add);
    for (FunctionCode function : program.functions()) {
      long limit = 0;
      for (BasicBlock block : function.blocks()) {
        count(function, block.end());
        overlaps += block.start() < limit ? 1 : 0;
        limit = block.limit();
      }
    }
  }

  private void count(FunctionCode function, Terminator end) {
    switch (end) {
      case Terminator.JumpTable table -> jumpTables++;
      case Terminator.ComputedGoto jump -> computedGotos++;
      case Terminator.TailCall(long target) -> countExit(function, target);
      case Terminator.Branch(long taken, long next) -> countExit(function, taken);
      default -> {}
    }
  }

  private void countExit(FunctionCode function, long target) {
    if (function.blockAt(target).isEmpty() && !entries.contains(target)) {
      strayJumps++;
    }
  }

  /** Entries of functions and stubs. */
  Set<Long> entries() {
    return entries;
  }

  int jumpTables() {
    return jumpTables;
  }

  int computedGotos() {
    return computedGotos;
  }

  /** Direct jumps and branches to addresses that are in no block of the function and no entry. */
  int strayJumps() {
    return strayJumps;
  }

  /** Blocks that start inside the block before them: decoding began between two instructions. */
  int overlaps() {
    return overlaps;
  }
}
