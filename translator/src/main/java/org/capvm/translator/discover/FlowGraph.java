package org.capvm.translator.discover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * Who precedes whom among the blocks of a function, and what a register holds at a place, as far as
 * walking backwards tells.
 */
final class FlowGraph {
  private static final int STACK_POINTER = 2;

  /**
   * A place in the code, just before an instruction.
   *
   * @param index the number of the instruction in its block; the block's size stands for its end
   */
  record Place(BasicBlock block, int index) {
    Instruction instruction() {
      return block.instruction(index);
    }

    long address() {
      return block.address(index);
    }
  }

  /**
   * The definitions that reach a place.
   *
   * @param places instructions that write the register; the end of a block stands for the call
   *     there, index -1 of the first block for the caller
   * @param complete whether there are no others
   */
  record Definitions(Set<Place> places, boolean complete) {
    /** The only definition, if it is an instruction; otherwise null. */
    Place only() {
      if (!complete || places.size() != 1) {
        return null;
      }
      Place place = places.iterator().next();
      return isInstruction(place) ? place : null;
    }

    private static boolean isInstruction(Place place) {
      return place.index() >= 0 && place.index() < place.block().size();
    }
  }

  private static final int MAX_BLOCKS = 4096;
  private static final int MAX_DEFINITIONS = 16;

  private final long entry;
  private final LongPredicate neverReturns;
  private final List<BasicBlock> blocks;
  private final Map<Long, BasicBlock> byStart = new HashMap<>();
  private final Map<Long, List<BasicBlock>> predecessors = new HashMap<>();

  /**
   * Creates the graph.
   *
   * @param neverReturns whether the function at an address never returns
   */
  FlowGraph(long entry, List<BasicBlock> blocks, LongPredicate neverReturns) {
    this.entry = entry;
    this.neverReturns = neverReturns;
    this.blocks = blocks;
    for (BasicBlock block : blocks) {
      byStart.put(block.start(), block);
    }
    for (BasicBlock block : blocks) {
      for (long successor : successors(block.end())) {
        predecessors.computeIfAbsent(successor, k -> new ArrayList<>(2)).add(block);
      }
    }
  }

  /** Where control may go on inside the function; behind a call too, if it returns. */
  List<Long> successors(Terminator end) {
    if (end instanceof Terminator.Call call && neverReturns.test(call.target())) {
      return List.of();
    }
    return switch (end) {
      case Terminator.FallThrough(long next) -> List.of(next);
      case Terminator.Jump(long target) -> List.of(target);
      case Terminator.Branch(long taken, long next) -> List.of(next, taken);
      case Terminator.Call(long target, long returnTo) -> List.of(returnTo);
      case Terminator.CallIndirect(long returnTo) -> List.of(returnTo);
      case Terminator.AlternateLink link -> List.of(link.next());
      case Terminator.EnvironmentCall(long next) -> List.of(next);
      case Terminator.JumpTable table -> table.targets();
      case Terminator.ComputedGoto(List<Long> labels) -> labels;
      case Terminator.JumpIndirect none -> List.of();
      case Terminator.TailCall none -> List.of();
      case Terminator.Return none -> List.of();
      case Terminator.Trap none -> List.of();
    };
  }

  List<BasicBlock> blocks() {
    return blocks;
  }

  BasicBlock block(long start) {
    return byStart.get(start);
  }

  List<BasicBlock> predecessors(BasicBlock block) {
    return predecessors.getOrDefault(block.start(), List.of());
  }

  boolean isEntry(BasicBlock block) {
    return block.start() == entry;
  }

  /** Whether an instruction writes an integer register. */
  static boolean writes(Instruction in, int register) {
    return register != 0 && in.rd() == register && writesInteger(in.opcode());
  }

  /**
   * Whether rd names an integer register. The operations that write floating-point registers are
   * few here; taking one for an integer write only loses knowledge.
   */
  private static boolean writesInteger(Opcode opcode) {
    return switch (opcode) {
      case FLW,
          FLD,
          FADD_D,
          FSUB_D,
          FMUL_D,
          FDIV_D,
          FADD_S,
          FSUB_S,
          FMUL_S,
          FDIV_S,
          FSGNJ_D,
          FSGNJ_S,
          FCVT_D_L,
          FCVT_D_W,
          FCVT_S_L,
          FCVT_S_W,
          FMV_D_X,
          FMV_W_X ->
          false;
      default -> true;
    };
  }

  /** Whether the end of a block may change a register beyond its instructions: a call, an ecall. */
  static boolean clobbers(Terminator end, int register) {
    return switch (end) {
      case Terminator.Call call -> isCallerSaved(register);
      case Terminator.CallIndirect call -> isCallerSaved(register);
      case Terminator.AlternateLink call -> true;
      case Terminator.EnvironmentCall call -> register == 10;
      default -> false;
    };
  }

  /** ra, t0 to t6 and a0 to a7 (RISC-V psABI, "Integer Calling Convention"). */
  private static boolean isCallerSaved(int register) {
    return register == 1
        || register >= 5 && register <= 7
        || register >= 10 && register <= 17
        || register >= 28;
  }

  /** All instructions that may have given {@code register} its value at {@code place}. */
  Definitions definitions(Place place, int register) {
    for (int i = place.index() - 1; i >= 0; i--) {
      if (writes(place.block().instruction(i), register)) {
        return new Definitions(Set.of(new Place(place.block(), i)), true);
      }
    }
    Set<Place> found = new HashSet<>();
    Set<BasicBlock> asked = new HashSet<>();
    ArrayDeque<BasicBlock> work = new ArrayDeque<>();
    work.add(place.block());
    while (!work.isEmpty()) {
      BasicBlock block = work.poll();
      if (isEntry(block)) {
        found.add(new Place(block, -1));
      } else if (predecessors(block).isEmpty() || asked.size() > MAX_BLOCKS) {
        return new Definitions(found, false);
      }
      for (BasicBlock p : predecessors(block)) {
        int last = clobbers(p.end(), register) ? p.size() : lastWrite(p, register);
        if (last >= 0) {
          found.add(new Place(p, last));
        } else if (asked.add(p)) {
          work.add(p);
        }
      }
    }
    return new Definitions(found, true);
  }

  private static int lastWrite(BasicBlock block, int register) {
    for (int i = block.size() - 1; i >= 0; i--) {
      if (writes(block.instruction(i), register)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The instruction that gave {@code register} its value at {@code place} on every way there; null
   * if there are several or one is not known.
   */
  Place definition(Place place, int register) {
    return definitions(place, register).only();
  }

  /** The constant that {@code register} holds at {@code place} on every way there. */
  OptionalLong constant(Place place, int register) {
    return constant(place, register, new HashSet<>());
  }

  /**
   * Evaluates all definitions.
   *
   * @param active definitions under evaluation: one that depends on itself is no constant
   */
  private OptionalLong constant(Place place, int register, Set<Place> active) {
    if (register == 0) {
      return OptionalLong.of(0);
    }
    Definitions all = definitions(place, register);
    OptionalLong result = OptionalLong.empty();
    if (!all.complete() || register == STACK_POINTER || all.places().size() > MAX_DEFINITIONS) {
      return result;
    }
    for (Place definition : all.places()) {
      if (!Definitions.isInstruction(definition) || !active.add(definition)) {
        return OptionalLong.empty();
      }
      OptionalLong value = evaluate(definition, active);
      active.remove(definition);
      if (value.isEmpty() || result.isPresent() && result.getAsLong() != value.getAsLong()) {
        return OptionalLong.empty();
      }
      result = value;
    }
    return result;
  }

  private OptionalLong evaluate(Place place, Set<Place> active) {
    Instruction in = place.instruction();
    return switch (in.opcode()) {
      case AUIPC -> OptionalLong.of(place.address() + in.immediate());
      case LUI -> OptionalLong.of(in.immediate());
      case ADDI -> plus(constant(place, in.rs1(), active), in.immediate());
      case ADDIW -> {
        OptionalLong sum = plus(constant(place, in.rs1(), active), in.immediate());
        yield sum.isPresent() ? OptionalLong.of((int) sum.getAsLong()) : sum;
      }
      case SLLI -> {
        OptionalLong value = constant(place, in.rs1(), active);
        yield value.isPresent() ? OptionalLong.of(value.getAsLong() << in.immediate()) : value;
      }
      case ADD -> {
        OptionalLong left = constant(place, in.rs1(), active);
        OptionalLong right = left.isEmpty() ? left : constant(place, in.rs2(), active);
        yield right.isPresent() ? plus(left, right.getAsLong()) : right;
      }
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong plus(OptionalLong value, long addend) {
    return value.isPresent() ? OptionalLong.of(value.getAsLong() + addend) : value;
  }
}
