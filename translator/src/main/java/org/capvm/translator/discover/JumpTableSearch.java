package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.FlowGraph.Place;

/**
 * Recognises the jump tables of a function. Compilers make two forms:
 *
 * <pre>
 *   bgtu  index, last, default         bgtu  index, last, default
 *   lla   table                        lui   table
 *   slli  offset, index, 2             slli  offset, index, 2
 *   add   address, offset, table       add   address, offset, table
 *   lw    entry, 0(address)            lw    entry, %lo(table)(address)
 *   add   target, entry, table         jr    entry
 *   jr    target
 * </pre>
 *
 * <p>The number of entries comes from the guard. Without a guard (the compiler knows the values)
 * entries are taken as long as they are plausible labels of the function.
 */
final class JumpTableSearch {
  private static final long MAX_UNGUARDED = 1024;

  private final CodeBytes code;
  private final FlowGraph graph;
  private final LongPredicate unguardedTarget;
  private final LongPredicate guardedTarget;

  /**
   * Creates a search.
   *
   * @param unguardedTarget whether an address can be a label of the function, for tables without a
   *     guard, which are read until it says no; always false where that cannot be told
   * @param guardedTarget the same for tables with a guard
   */
  JumpTableSearch(
      CodeBytes code, FlowGraph graph, LongPredicate unguardedTarget, LongPredicate guardedTarget) {
    this.code = code;
    this.graph = graph;
    this.unguardedTarget = unguardedTarget;
    this.guardedTarget = guardedTarget;
  }

  /** The load of an entry, and the address it is relative to: 0 for a table of addresses. */
  private record EntryUse(Place load, long base) {}

  /** Where the load's address comes from: entry 0, and the register that holds 4 * index. */
  private record Addressing(long table, Place use, int offsetRegister) {}

  /** The index as the scaling instruction reads it. */
  private record Scaling(Place place, int register, boolean word) {}

  /** Resolves the indirect jump at the end of {@code block}. */
  Optional<Terminator.JumpTable> resolve(BasicBlock block) {
    Place jump = new Place(block, block.size() - 1);
    if (jump.instruction().immediate() != 0) {
      return Optional.empty();
    }
    Place definition = definitionOf(jump, jump.instruction().rs1());
    if (definition == null) {
      return Optional.empty();
    }
    for (EntryUse use : entryUses(definition)) {
      for (Addressing addressing : addressings(use.load())) {
        Optional<Terminator.JumpTable> table = table(use, addressing);
        if (table.isPresent()) {
          return table;
        }
      }
    }
    return Optional.empty();
  }

  /** As {@link FlowGraph#definition}, through register copies. */
  private Place definitionOf(Place place, int register) {
    Place definition = graph.definition(place, register);
    for (int hops = 0; definition != null && hops < 4; hops++) {
      Instruction in = definition.instruction();
      if (in.opcode() == Opcode.ADD && in.rs1() == 0) {
        definition = graph.definition(definition, in.rs2());
      } else if (in.opcode() == Opcode.ADDI && in.immediate() == 0 && in.rs1() != 0) {
        definition = graph.definition(definition, in.rs1());
      } else {
        break;
      }
    }
    return definition;
  }

  private List<EntryUse> entryUses(Place definition) {
    List<EntryUse> uses = new ArrayList<>(2);
    Instruction in = definition.instruction();
    if (isLoad(in)) {
      uses.add(new EntryUse(definition, 0));
    } else if (in.opcode() == Opcode.ADD) {
      addRelative(uses, definition, in.rs1(), in.rs2());
      addRelative(uses, definition, in.rs2(), in.rs1());
    }
    return uses;
  }

  private void addRelative(List<EntryUse> uses, Place sum, int entry, int base) {
    Place load = definitionOf(sum, entry);
    if (load != null && isLoad(load.instruction())) {
      OptionalLong value = graph.constant(sum, base);
      if (value.isPresent() && value.getAsLong() != 0) {
        uses.add(new EntryUse(load, value.getAsLong()));
      }
    }
  }

  private static boolean isLoad(Instruction in) {
    return in.opcode() == Opcode.LW || in.opcode() == Opcode.LWU;
  }

  private List<Addressing> addressings(Place load) {
    List<Addressing> all = new ArrayList<>(2);
    long displacement = load.instruction().immediate();
    Place address = definitionOf(load, load.instruction().rs1());
    if (address != null && address.instruction().opcode() == Opcode.ADDI) {
      displacement += address.instruction().immediate();
      address = definitionOf(address, address.instruction().rs1());
    }
    if (address == null || address.instruction().opcode() != Opcode.ADD) {
      return all;
    }
    Instruction in = address.instruction();
    addAddressing(all, address, in.rs1(), in.rs2(), displacement);
    addAddressing(all, address, in.rs2(), in.rs1(), displacement);
    return all;
  }

  private void addAddressing(
      List<Addressing> all, Place sum, int base, int offset, long displacement) {
    OptionalLong value = graph.constant(sum, base);
    if (value.isPresent() && offset != 0) {
      all.add(new Addressing(value.getAsLong() + displacement, sum, offset));
    }
  }

  private Optional<Terminator.JumpTable> table(EntryUse use, Addressing addressing) {
    long table = addressing.table();
    if ((table & 3) != 0) {
      return Optional.empty();
    }
    Scaling scaling = scaling(addressing);
    Optional<IndexBound.Bound> bound =
        scaling == null
            ? Optional.empty()
            : IndexBound.find(graph, scaling.place(), scaling.register(), use.load());
    long count = bound.map(IndexBound.Bound::limit).orElse(MAX_UNGUARDED);
    boolean guarded = bound.map(IndexBound.Bound::guarded).orElse(false);
    List<Long> targets = targets(table, use.base(), count, guarded);
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    Optional<Terminator.Index> index = Optional.empty();
    if (scaling != null && scaling.place().block() == use.load().block()) {
      index =
          Optional.of(
              new Terminator.Index(scaling.register(), scaling.place().address(), scaling.word()));
    }
    return Optional.of(
        new Terminator.JumpTable(table, use.base(), use.load().address(), targets, index));
  }

  /** Finds SLLI offset, index, 2 or SLLI 32; SRLI 30 before the addition. */
  private Scaling scaling(Addressing addressing) {
    Place shift = definitionOf(addressing.use(), addressing.offsetRegister());
    if (shift == null) {
      return null;
    }
    Instruction in = shift.instruction();
    if (in.opcode() == Opcode.SLLI && in.immediate() == 2) {
      return new Scaling(shift, in.rs1(), false);
    }
    if (in.opcode() == Opcode.SRLI && in.immediate() == 30) {
      Place first = definitionOf(shift, in.rs1());
      if (first != null
          && first.instruction().opcode() == Opcode.SLLI
          && first.instruction().immediate() == 32) {
        return new Scaling(first, first.instruction().rs1(), true);
      }
    }
    return null;
  }

  private List<Long> targets(long table, long base, long count, boolean guarded) {
    List<Long> targets = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      OptionalInt word = code.constantWord(table + 4 * i);
      if (word.isEmpty()) {
        break;
      }
      long target = base == 0 ? Integer.toUnsignedLong(word.getAsInt()) : base + word.getAsInt();
      boolean good =
          (target & 1) == 0
              && code.halfWord(target) >= 0
              && (guarded ? guardedTarget : unguardedTarget).test(target);
      if (!good) {
        break;
      }
      targets.add(target);
    }
    return List.copyOf(targets);
  }
}
