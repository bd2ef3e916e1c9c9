package org.capvm.translator.discover;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the functions that never return: those from whose entry no return can be reached, given
 * that calls of such functions go no further. Everything unknown is taken to return.
 */
final class ReturnAnalysis {
  /** Library functions that never return, by name. */
  private static final Set<String> NAMES =
      Set.of(
          "abort",
          "exit",
          "_exit",
          "_Exit",
          "quick_exit",
          "pthread_exit",
          "longjmp",
          "_longjmp",
          "siglongjmp",
          "__longjmp_chk",
          "__assert_fail",
          "__assert",
          "__stack_chk_fail",
          "__chk_fail",
          "__fortify_fail",
          "err",
          "errx",
          "verr",
          "verrx",
          "_Unwind_Resume",
          "__cxa_throw",
          "__cxa_rethrow",
          "__cxa_bad_cast",
          "__cxa_throw_bad_array_new_length",
          "__cxa_call_unexpected",
          "_ZSt9terminatev",
          "_ZSt17__throw_bad_allocv",
          "_ZSt20__throw_length_errorPKc",
          "_ZSt19__throw_logic_errorPKc",
          "_ZSt20__throw_out_of_rangePKc",
          "_ZSt24__throw_out_of_range_fmtPKcz");

  private final Map<Long, Map<Long, BasicBlock>> functions = new HashMap<>();

  /** Functions not yet seen to return, and stubs known not to. */
  private final Set<Long> silent = new HashSet<>();

  ReturnAnalysis(Map<Long, FunctionBuilder.Result> built, List<PltStub> stubs) {
    built.forEach(
        (start, result) -> {
          if (!result.blocks().isEmpty()) {
            Map<Long, BasicBlock> blocks = new HashMap<>();
            result.blocks().forEach(block -> blocks.put(block.start(), block));
            functions.put(start, blocks);
            silent.add(start);
          }
        });
    for (PltStub stub : stubs) {
      if (stub.symbol().filter(NAMES::contains).isPresent()) {
        silent.add(stub.entry());
      }
    }
  }

  /** Entries of functions and stubs that never return. */
  Set<Long> neverReturning() {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (Map.Entry<Long, Map<Long, BasicBlock>> f : functions.entrySet()) {
        if (silent.contains(f.getKey()) && returns(f.getKey(), f.getValue())) {
          silent.remove(f.getKey());
          progress = true;
        }
      }
    }
    return silent;
  }

  private boolean returns(long entry, Map<Long, BasicBlock> blocks) {
    Set<Long> reached = new HashSet<>();
    ArrayDeque<Long> work = new ArrayDeque<>();
    work.add(entry);
    while (!work.isEmpty()) {
      long at = work.poll();
      if (!reached.add(at)) {
        continue;
      }
      BasicBlock block = blocks.get(at);
      if (block == null) {
        // Control leaves the function as by a tail call.
        if (!silent.contains(at)) {
          return true;
        }
        continue;
      }
      switch (block.end()) {
        case Terminator.FallThrough(long next) -> work.add(next);
        case Terminator.Jump(long target) -> work.add(target);
        case Terminator.Branch(long taken, long next) -> {
          work.add(taken);
          work.add(next);
        }
        case Terminator.Call(long target, long returnTo) -> {
          if (!silent.contains(target)) {
            work.add(returnTo);
          }
        }
        case Terminator.CallIndirect(long returnTo) -> work.add(returnTo);
        case Terminator.TailCall(long target) -> {
          if (!silent.contains(target)) {
            return true;
          }
        }
        case Terminator.JumpTable table -> work.addAll(table.targets());
        case Terminator.EnvironmentCall(long next) -> work.add(next);
        case Terminator.Trap trap -> {}
        case Terminator.JumpIndirect jump -> {
          return true;
        }
        case Terminator.ComputedGoto jump -> {
          return true;
        }
        case Terminator.AlternateLink link -> {
          return true;
        }
        case Terminator.Return none -> {
          return true;
        }
      }
    }
    return false;
  }
}
