package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * Finds the blocks of one function: follows its control flow, resolves its jump tables, and when an
 * indirect jump remains that is not a tail call, adds the labels that it may go to.
 */
final class FunctionBuilder {
  private static final int MAX_ROUNDS = 64;

  private final CodeBytes code;
  private final LongPredicate neverReturns;
  private final Exploration exploration;

  /**
   * Creates a builder for the functions of one file.
   *
   * @param interesting see {@link Exploration}
   * @param neverReturns whether the function at an address is known never to return
   */
  FunctionBuilder(
      CodeBytes code,
      InstructionCache cache,
      LongPredicate interesting,
      LongPredicate neverReturns) {
    this.code = code;
    this.neverReturns = neverReturns;
    exploration = new Exploration(code, cache, interesting, neverReturns);
  }

  /**
   * What to look at.
   *
   * @param entry the function's first instruction
   * @param low start of its range; not above the entry
   * @param high end of its range
   * @param exact whether the range holds this function and nothing else, as unwind tables tell
   * @param labels addresses inside the range that data points to, in order
   */
  record Request(long entry, long low, long high, boolean exact, NavigableSet<Long> labels) {}

  /**
   * What was found.
   *
   * @param blocks sorted by start; empty when nothing can be fetched at the entry
   * @param addressesTaken interesting constants that the code computes
   * @param hasComputedGoto whether a jump inside the function remains whose targets are not known
   *     from a table
   */
  record Result(List<BasicBlock> blocks, List<Long> addressesTaken, boolean hasComputedGoto) {}

  /** Builds a function. */
  Result build(Request request) {
    exploration.start(request.low(), request.high());
    exploration.addLabel(request.entry());
    exploration.run();
    if (exploration.indirectJumps().isEmpty()) {
      return result(exploration.blocks(at -> new Terminator.JumpIndirect()), false);
    }
    return new IndirectJumps(request).resolve();
  }

  private Result result(List<BasicBlock> blocks, boolean hasComputedGoto) {
    List<Long> taken = List.copyOf(new HashSet<>(exploration.addressesTaken()));
    return new Result(blocks, taken, hasComputedGoto);
  }

  /** Works on a function with indirect jumps until nothing new turns up. */
  private final class IndirectJumps {
    private final Request request;
    private final Map<Long, Terminator.JumpTable> tables = new HashMap<>();
    private final Set<Long> rejected = new HashSet<>();
    private final Set<Long> gotos = new HashSet<>();
    private final NavigableSet<Long> labels = new TreeSet<>();

    IndirectJumps(Request request) {
      this.request = request;
    }

    Result resolve() {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        FlowGraph graph = graph();
        if (!resolveTables(graph) && !findGotoLabels(graph)) {
          break;
        }
      }
      while (!tablesHold()) {
        // Each round rejects at least one table.
      }
      clipTables();
      return result(exploration.blocks(this::terminator), !gotos.isEmpty());
    }

    private FlowGraph graph() {
      return new FlowGraph(request.entry(), exploration.blocks(this::terminator), neverReturns);
    }

    private Terminator terminator(long jump) {
      Terminator.JumpTable table = tables.get(jump);
      if (table != null) {
        return table;
      }
      if (gotos.contains(jump) && !labels.isEmpty()) {
        return new Terminator.ComputedGoto(
            labels.stream().filter(l -> exploration.instructionAt(l) != null).toList());
      }
      return new Terminator.JumpIndirect();
    }

    /** Resolves what can be resolved now; returns whether that led to new code. */
    private boolean resolveTables(FlowGraph graph) {
      boolean progress = false;
      JumpTableSearch search =
          new JumpTableSearch(code, graph, this::isPlausibleLabel, this::isPlausibleTarget);
      for (BasicBlock block : graph.blocks()) {
        long jump = block.address(block.size() - 1);
        boolean open =
            block.end() instanceof Terminator.JumpIndirect
                || block.end() instanceof Terminator.ComputedGoto;
        if (open && !rejected.contains(jump)) {
          Optional<Terminator.JumpTable> table = search.resolve(block);
          if (table.isPresent()) {
            tables.put(jump, table.get());
            gotos.remove(jump);
            follow(table.get().targets());
            progress = true;
          }
        }
      }
      return progress;
    }

    /**
     * Whether an address may be a label of this function. With an exact range, decoding it from its
     * start meets only this function's instructions, and so an address between two of them is none.
     */
    private boolean isPlausibleLabel(long address) {
      return request.exact() && exploration.onBoundary(address);
    }

    /** Whether an entry of a table with a guard may be right: it may lead out of the function. */
    private boolean isPlausibleTarget(long address) {
      return !request.exact() || !exploration.inRange(address) || exploration.onBoundary(address);
    }

    /** Adds labels for jumps that stay in the function; returns whether that led to new code. */
    private boolean findGotoLabels(FlowGraph graph) {
      StackDepth depth = new StackDepth(graph, request.entry());
      List<Long> restored = new ArrayList<>();
      boolean progress = false;
      for (BasicBlock block : graph.blocks()) {
        if (block.end() instanceof Terminator.JumpIndirect) {
          long jump = block.address(block.size() - 1);
          if (depth.isRestoredAfter(block)) {
            restored.add(jump);
          } else {
            progress |= gotos.add(jump);
          }
        }
      }
      if (gotos.isEmpty()) {
        // A function without a frame may have computed gotos too, if data holds its labels.
        progress = !restored.isEmpty() && !request.labels().isEmpty() && gotos.addAll(restored);
      }
      if (!gotos.isEmpty()) {
        progress |= addLabels(request.labels());
        if (request.exact() && !progress) {
          progress = addLabels(exploration.unreached());
        }
      }
      return progress;
    }

    private boolean addLabels(Collection<Long> candidates) {
      List<Long> fresh = new ArrayList<>();
      for (long label : candidates) {
        if (!labels.contains(label) && (!request.exact() || isPlausibleLabel(label))) {
          fresh.add(label);
        }
      }
      labels.addAll(fresh);
      follow(fresh);
      return !fresh.isEmpty();
    }

    private void follow(Collection<Long> targets) {
      targets.forEach(exploration::addLabel);
      exploration.run();
    }

    /**
     * Resolves all tables again with the complete flow graph. A table was found with the ways known
     * at that time; if one found later brings other values, it is given up.
     */
    private boolean tablesHold() {
      FlowGraph graph = graph();
      JumpTableSearch search =
          new JumpTableSearch(code, graph, this::isPlausibleLabel, this::isPlausibleTarget);
      for (BasicBlock block : graph.blocks()) {
        if (block.end() instanceof Terminator.JumpTable table) {
          Optional<Terminator.JumpTable> again = search.resolve(block);
          if (again.isEmpty() || !again.get().equals(table)) {
            long jump = block.address(block.size() - 1);
            rejected.add(jump);
            tables.remove(jump);
            gotos.add(jump);
            addLabels(table.targets().stream().filter(exploration::inRange).toList());
            return false;
          }
        }
      }
      return true;
    }

    /** Ends each table where the next one begins: tables do not overlap. */
    private void clipTables() {
      NavigableSet<Long> begins = new TreeSet<>();
      tables.values().forEach(table -> begins.add(table.table()));
      tables.replaceAll(
          (jump, table) -> {
            Long next = begins.higher(table.table());
            return next == null ? table : clipped(table, next);
          });
    }

    private static Terminator.JumpTable clipped(Terminator.JumpTable table, long limit) {
      int room = (int) Math.min(table.targets().size(), Math.max(1, limit - table.table() >> 2));
      return new Terminator.JumpTable(
          table.table(),
          table.base(),
          table.load(),
          List.copyOf(table.targets().subList(0, room)),
          table.index());
    }
  }
}
