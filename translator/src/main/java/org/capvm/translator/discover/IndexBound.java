package org.capvm.translator.discover;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.FlowGraph.Place;

/**
 * Finds an upper bound of an index from the code before its use: the unsigned comparison that
 * guards a jump table, or an operation with a small result.
 */
final class IndexBound {
  /** Larger results count as no bound. */
  static final long MAX = 1 << 16;

  private static final int MAX_DEPTH = 24;
  private static final int MAX_COPIES = 8;

  /**
   * An exclusive upper bound.
   *
   * @param limit at least 0
   * @param guarded whether a comparison with a branch gives it; otherwise it is only the largest
   *     result of an operation, such as 256 for LBU
   */
  record Bound(long limit, boolean guarded) {
    private static final Bound NONE = new Bound(-1, false);

    private static Bound larger(Bound a, Bound b) {
      return new Bound(Math.max(a.limit, b.limit), a.guarded && b.guarded);
    }
  }

  /** A register at the start of a block. */
  private record Question(BasicBlock block, int register) {}

  private final FlowGraph graph;
  private final Set<Question> asked = new HashSet<>();

  private IndexBound(FlowGraph graph) {
    this.graph = graph;
  }

  /**
   * Finds the bound of the index, if there is a small one.
   *
   * @param place where the index is scaled
   * @param register what holds it there
   * @param load where the entry is loaded, which may be much later: compilers move the scaling out
   *     of loops, and the guard stays
   */
  static Optional<Bound> find(FlowGraph graph, Place place, int register, Place load) {
    Bound bound = new IndexBound(graph).bound(place, register, 0);
    if (load.block() != place.block()) {
      IndexBound later = new IndexBound(graph);
      Bound guard = later.guards(load.block(), later.root(place, register), place.block(), 0);
      boolean better = !bound.guarded() || guard.limit() < bound.limit();
      bound = guard.limit() >= 0 && better ? guard : bound;
    }
    return bound.limit() > 0 && bound.limit() <= MAX ? Optional.of(bound) : Optional.empty();
  }

  /** The bound that guards give a value on all ways to a block from another one. */
  private Bound guards(BasicBlock block, Root wanted, BasicBlock from, int depth) {
    if (block == from
        || depth > MAX_DEPTH
        || graph.isEntry(block)
        || graph.predecessors(block).isEmpty()) {
      return Bound.NONE;
    }
    if (!asked.add(new Question(block, 0))) {
      return new Bound(0, true);
    }
    Bound largest = new Bound(0, true);
    for (BasicBlock p : graph.predecessors(block)) {
      long limit = guard(p, block.start(), wanted);
      Bound way = limit >= 0 ? new Bound(limit, true) : guards(p, wanted, from, depth + 1);
      if (way.limit() < 0) {
        return Bound.NONE;
      }
      largest = Bound.larger(largest, way);
    }
    return largest;
  }

  private Bound bound(Place place, int register, int depth) {
    if (depth > MAX_DEPTH) {
      return Bound.NONE;
    }
    int followed = register;
    for (int i = place.index() - 1; i >= 0; i--) {
      Instruction in = place.block().instruction(i);
      if (!FlowGraph.writes(in, followed)) {
        continue;
      }
      Place definition = new Place(place.block(), i);
      int source = copied(definition);
      if (source <= 0) {
        Bound guard = guardOfEarlierLoad(definition);
        return guard.limit() >= 0 ? guard : new Bound(resultBound(definition), false);
      }
      followed = source;
      if (isZeroExtension(definition)) {
        // The shift before it wrote the source; go on before that.
        i = graph.definition(definition, in.rs1()).index();
      }
    }
    return boundAtStart(place.block(), followed, depth);
  }

  /** The bound of a loaded value when the same memory was loaded, and compared, before. */
  private Bound guardOfEarlierLoad(Place load) {
    Place earlier = Reload.of(graph, load);
    if (earlier == null || earlier.block() == load.block()) {
      return Bound.NONE;
    }
    Root value = root(new Place(load.block(), load.index() + 1), load.instruction().rd());
    return new IndexBound(graph).guards(load.block(), value, earlier.block(), 0);
  }

  private Bound boundAtStart(BasicBlock block, int register, int depth) {
    if (graph.isEntry(block) || graph.predecessors(block).isEmpty()) {
      return Bound.NONE;
    }
    if (!asked.add(new Question(block, register))) {
      // Around a loop nothing larger can come in than on the ways into it.
      return new Bound(0, true);
    }
    Bound largest = new Bound(0, true);
    for (BasicBlock p : graph.predecessors(block)) {
      Bound way = boundFrom(p, block, register, depth);
      if (way.limit() < 0) {
        return Bound.NONE;
      }
      largest = Bound.larger(largest, way);
    }
    return largest;
  }

  private Bound boundFrom(BasicBlock p, BasicBlock block, int register, int depth) {
    long guarded = guard(p, block.start(), root(new Place(p, p.size()), register));
    if (guarded >= 0) {
      return new Bound(guarded, true);
    }
    if (FlowGraph.clobbers(p.end(), register)) {
      return Bound.NONE;
    }
    return bound(new Place(p, p.size()), register, depth + 1);
  }

  /** The bound that the branch at the end of {@code p} gives to a value on the way to next. */
  private long guard(BasicBlock p, long next, Root wanted) {
    if (!(p.end() instanceof Terminator.Branch branch) || branch.taken() == branch.next()) {
      return -1;
    }
    Place at = new Place(p, p.size() - 1);
    Instruction in = at.instruction();
    boolean less;
    if (in.opcode() == Opcode.BLTU) {
      less = branch.taken() == next;
    } else if (in.opcode() == Opcode.BGEU) {
      less = branch.taken() != next;
    } else {
      return -1;
    }
    // less: rs1 < rs2, otherwise rs2 <= rs1.
    int small = less ? in.rs1() : in.rs2();
    int large = less ? in.rs2() : in.rs1();
    if (!root(at, small).equals(wanted)) {
      return -1;
    }
    OptionalLong limit = graph.constant(at, large);
    if (limit.isEmpty() || limit.getAsLong() < 0 || limit.getAsLong() > MAX) {
      return -1;
    }
    return limit.getAsLong() + (less ? 0 : 1);
  }

  /**
   * Where a value comes from when copies are looked through, which may differ in how they extend
   * it. Two values with one root are the same number.
   */
  private record Root(int register, Set<Place> definitions) {}

  private Root root(Place place, int register) {
    Place at = place;
    int followed = register;
    for (int hops = 0; hops < MAX_COPIES; hops++) {
      FlowGraph.Definitions all = graph.definitions(at, followed);
      if (!all.complete()) {
        // What it is at the start of this block is all that can be said.
        return new Root(followed, Set.of(new Place(at.block(), 0)));
      }
      Place definition = all.only();
      int source = definition == null ? 0 : copied(definition);
      if (source <= 0) {
        Place earlier = definition == null ? null : Reload.of(graph, definition);
        if (earlier == null) {
          return new Root(followed, all.places());
        }
        followed = earlier.instruction().rd();
        at = new Place(earlier.block(), earlier.index() + 1);
        continue;
      }
      at =
          isZeroExtension(definition)
              ? graph.definition(definition, definition.instruction().rs1())
              : definition;
      followed = source;
    }
    return new Root(followed, Set.of(at));
  }

  /** The register that an instruction copies, perhaps extending its low 32 bits; 0 if none. */
  private int copied(Place place) {
    Instruction in = place.instruction();
    return switch (in.opcode()) {
      case ADDI, ADDIW -> in.immediate() == 0 ? in.rs1() : 0;
      case ADD -> in.rs1() == 0 ? in.rs2() : in.rs2() == 0 ? in.rs1() : 0;
      case SRLI ->
          isZeroExtension(place) ? graph.definition(place, in.rs1()).instruction().rs1() : 0;
      default -> 0;
    };
  }

  /** Whether this is the second of SLLI 32; SRLI 32, both in the same block. */
  private boolean isZeroExtension(Place place) {
    Instruction in = place.instruction();
    if (in.opcode() != Opcode.SRLI || in.immediate() != 32) {
      return false;
    }
    Place shift = graph.definition(place, in.rs1());
    return shift != null
        && shift.block() == place.block()
        && shift.instruction().opcode() == Opcode.SLLI
        && shift.instruction().immediate() == 32;
  }

  /** The bound of the result of an operation; -1 if it has none. */
  private long resultBound(Place place) {
    Instruction in = place.instruction();
    return switch (in.opcode()) {
      case ANDI -> in.immediate() >= 0 ? in.immediate() + 1 : -1;
      case LBU -> 256;
      case SRLIW -> in.immediate() > 0 ? 1L << (32 - in.immediate()) : -1;
      case SRLI -> {
        // SLLI by s, then SRLI by t > s leaves 64 - t bits.
        yield in.immediate() >= 32 ? 1L << (64 - in.immediate()) : -1;
      }
      case REMU, REMUW -> {
        OptionalLong divisor = graph.constant(place, in.rs2());
        yield divisor.isPresent() && divisor.getAsLong() > 0 ? divisor.getAsLong() : -1;
      }
      case AND -> {
        OptionalLong mask = graph.constant(place, in.rs2());
        if (mask.isEmpty()) {
          mask = graph.constant(place, in.rs1());
        }
        yield mask.isPresent() && mask.getAsLong() >= 0 ? mask.getAsLong() + 1 : -1;
      }
      case ADDI -> {
        // A constant index, where one way into the switch has a known case.
        OptionalLong value = graph.constant(new Place(place.block(), place.index() + 1), in.rd());
        yield value.isPresent() && value.getAsLong() >= 0 ? value.getAsLong() + 1 : -1;
      }
      default -> -1;
    };
  }
}
