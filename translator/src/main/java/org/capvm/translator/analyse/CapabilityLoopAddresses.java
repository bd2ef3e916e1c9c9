package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.ReachableCode;

/**
 * The addresses in a loop of code with capabilities that move by a constant from one iteration to
 * the next, and what authorises them.
 *
 * <p>As {@link LoopAddresses}, and of each register is followed whose capability it holds besides
 * its address: that of a register at the start of an iteration, of which instructions that only
 * move addresses leave all but the address as it is while the new one stays in bounds. Of a
 * register whose own capability comes back to it at the end of each iteration, it is therefore the
 * same object in all of them.
 */
final class CapabilityLoopAddresses {
  /** The authority of accesses that DDC authorises; those of others are registers. */
  static final int DDC = 0;

  /**
   * An access, or a move of a capability's address.
   *
   * @param instruction its address
   * @param use what it does at the address
   * @param authority the register whose capability, at the start of the loop, authorises it
   * @param form the guest address in an iteration, before relocation
   * @param stride how far the address moves with each iteration
   * @param size bytes that have to be within the bounds
   */
  record Address(
      long instruction, Use use, int authority, LinearForm form, long stride, int size) {}

  /** What is done at an address. */
  enum Use {
    LOAD,
    STORE,
    MOVE
  }

  /** Strides in bytes up to which 256 iterations stay within 1,024 pages. */
  private static final long MAX_STRIDE = 1 << 14;

  private static final int REGISTERS = 32;

  /** What holds nothing besides an address: an integer. */
  private static final int INTEGER = 0;

  private static final int UNKNOWN = -1;

  /**
   * What is known of a register.
   *
   * @param form its address or value; null where it is not known
   * @param root the register whose capability it holds besides, as it was at the start of the
   *     iteration; {@link #INTEGER} or {@link #UNKNOWN}
   */
  private record Value(LinearForm form, int root) {
    static final Value NOTHING = new Value(null, UNKNOWN);

    static Value integer(LinearForm form) {
      return new Value(form, INTEGER);
    }

    static Value meet(Value a, Value b) {
      return new Value(
          a.form != null && a.form.equals(b.form) ? a.form : null,
          a.root == b.root ? a.root : UNKNOWN);
    }
  }

  private record Found(long address, Instruction instruction, Use use, Value value) {}

  private final CapabilityFlow graph;
  private final InnermostLoop loop;

  /** Moves that may leave more than an address changed. */
  private final Set<Long> checkedMoves = new HashSet<>();

  private final Map<Integer, Value[]> in = new HashMap<>();
  private final List<Found> found = new ArrayList<>();
  private Value[] behind;

  private CapabilityLoopAddresses(CapabilityFlow graph, InnermostLoop loop) {
    this.graph = graph;
    this.loop = loop;
  }

  static List<Address> of(CapabilityFlow graph, InnermostLoop loop) {
    return new CapabilityLoopAddresses(graph, loop).find();
  }

  private List<Address> find() {
    boolean settled;
    List<Address> addresses = new ArrayList<>();
    do {
      addresses.clear();
      execute();
      settled = true;
      for (Found f : found) {
        Address address = address(f);
        if (address != null) {
          addresses.add(address);
        } else if (f.use == Use.MOVE) {
          settled &= !checkedMoves.add(f.address);
        }
      }
    } while (!settled);
    return addresses;
  }

  private Address address(Found f) {
    int root = f.value.root;
    boolean isFixed = root == DDC || root > 0 && behind != null && behind[root].root == root;
    Long stride = isFixed && f.value.form != null ? stride(f.value.form) : null;
    int size = f.use == Use.MOVE ? 1 : CapabilityEffects.size(f.instruction);
    return stride == null ? null : new Address(f.address, f.use, root, f.value.form, stride, size);
  }

  private Long stride(LinearForm form) {
    long sum = 0;
    for (Map.Entry<Integer, Long> term : form.terms().entrySet()) {
      LinearForm after = behind[term.getKey()].form;
      if (after == null || !after.terms().equals(LinearForm.register(term.getKey()).terms())) {
        return null;
      }
      sum += term.getValue() * after.constant();
    }
    return sum < -MAX_STRIDE || sum > MAX_STRIDE ? null : Long.valueOf(sum);
  }

  // One iteration ------------------------------------------------------------------------------

  private void execute() {
    in.clear();
    found.clear();
    behind = null;
    Value[] start = new Value[REGISTERS];
    for (int r = 0; r < REGISTERS; r++) {
      start[r] = new Value(LinearForm.register(r), r);
    }
    in.put(loop.head(), start);
    for (int b : loop.blocks()) {
      Value[] values = in.get(b).clone();
      ReachableCode.Run run = graph.run(b);
      long address = run.start();
      for (Instruction i : run.instructions()) {
        execute(i, address, values);
        address += i.length();
      }
      for (int s : graph.successors(b)) {
        if (s == loop.head()) {
          behind = meet(behind, values);
        } else if (loop.blocks().contains(s)) {
          in.put(s, meet(in.get(s), values));
        }
      }
    }
  }

  private static Value[] meet(Value[] known, Value[] values) {
    if (known == null) {
      return values.clone();
    }
    for (int r = 0; r < REGISTERS; r++) {
      known[r] = Value.meet(known[r], values[r]);
    }
    return known;
  }

  /** Notes an address, and computes what an instruction writes. */
  private void execute(Instruction i, long address, Value[] values) {
    Value a = values[i.rs1()];
    if (CapabilityEffects.size(i) != 0 && a.form != null) {
      boolean byRegister = CapabilityEffects.isAuthorisedByRegister(i, graph.isCapabilityMode());
      // The capability of an integer authorises nothing; c0 as a base is one.
      int authority = !byRegister ? DDC : a.root == INTEGER ? UNKNOWN : a.root;
      Use use = isStore(i) ? Use.STORE : Use.LOAD;
      found.add(new Found(address, i, use, new Value(a.form.plus(i.immediate()), authority)));
    }
    long defined = CapabilityEffects.written(i) & 0xffff_ffffL;
    Value value = value(i, values);
    if (isMove(i) && i.rd() != 0) {
      if (checkedMoves.contains(address)) {
        value = new Value(value.form, UNKNOWN);
      } else if (value.root != INTEGER) {
        found.add(new Found(address, i, Use.MOVE, value));
      }
    }
    for (long set = defined; set != 0; set &= set - 1) {
      values[Long.numberOfTrailingZeros(set)] = value;
    }
  }

  private static Value value(Instruction i, Value[] values) {
    Value a = values[i.rs1()];
    Value b = values[i.rs2()];
    return switch (i.opcode()) {
      case LUI -> Value.integer(LinearForm.constant(i.immediate()));
      case ADDI -> Value.integer(sum(a.form, i.immediate()));
      case SLLI -> Value.integer(a.form == null ? null : a.form.shifted((int) i.immediate()));
      case ADD -> Value.integer(sum(a.form, b.form, 1));
      case SUB, CSUB -> Value.integer(sum(a.form, b.form, -1));
      case CGETADDR -> Value.integer(a.form);
      case CMOVE -> a;
      case CINCOFFSETIMM -> new Value(sum(a.form, i.immediate()), a.root);
      case CINCOFFSET -> new Value(sum(a.form, b.form, 1), a.root);
      case CSETADDR -> new Value(b.form, a.root);
      default -> isInteger(i) ? Value.integer(null) : Value.NOTHING;
    };
  }

  private static LinearForm sum(LinearForm a, long b) {
    return a == null ? null : a.plus(b);
  }

  private static LinearForm sum(LinearForm a, LinearForm b, long factor) {
    return a == null || b == null ? null : a.plus(b, factor);
  }

  private static boolean isInteger(Instruction i) {
    return !i.opcode().family().isXcheri() || i.opcode().family() == Family.CAPABILITY_QUERY;
  }

  /** Whether an instruction only moves an address, as long as that stays in bounds. */
  private static boolean isMove(Instruction i) {
    return switch (i.opcode()) {
      case CINCOFFSET, CINCOFFSETIMM, CSETADDR -> true;
      default -> false;
    };
  }

  private static boolean isStore(Instruction i) {
    return switch (i.opcode().family()) {
      case STORE, FLOAT_STORE, EXPLICIT_STORE -> true;
      default -> false;
    };
  }
}
