package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.translator.discover.BasicBlock;

/**
 * The addresses in a loop that move by a constant from one iteration to the next.
 *
 * <p>Values are followed as {@link LinearForm}s of the registers at the start of an iteration. A
 * register that every way through the loop leaves with its own value plus the same constant moves
 * by this constant; so does a sum of such registers, all modulo 2^64.
 */
final class LoopAddresses {
  /**
   * An access.
   *
   * @param instruction its link-time address
   * @param form the guest address in an iteration
   * @param stride how far the address moves with each iteration
   * @param size of the access in bytes
   * @param isStore whether it is a store
   */
  record Address(long instruction, LinearForm form, long stride, int size, boolean isStore) {}

  private static final int REGISTERS = 32;

  private final FlowGraph graph;
  private final InnermostLoop loop;
  private final Map<Integer, LinearForm[]> in = new HashMap<>();
  private final Map<Long, LinearForm> forms = new HashMap<>();
  private LinearForm[] behind;

  private LoopAddresses(FlowGraph graph, InnermostLoop loop) {
    this.graph = graph;
    this.loop = loop;
  }

  static List<Address> of(FlowGraph graph, InnermostLoop loop) {
    return new LoopAddresses(graph, loop).find();
  }

  private List<Address> find() {
    LinearForm[] start = new LinearForm[REGISTERS];
    for (int r = 0; r < REGISTERS; r++) {
      start[r] = LinearForm.register(r);
    }
    in.put(loop.head(), start);
    for (int b : loop.blocks()) {
      LinearForm[] values = in.get(b).clone();
      BasicBlock block = graph.block(b);
      for (int k = 0; k < block.size(); k++) {
        execute(block.instruction(k), block.address(k), values);
      }
      for (int s : graph.successors(b)) {
        if (s == loop.head()) {
          behind = meet(behind, values);
        } else if (loop.blocks().contains(s)) {
          in.put(s, meet(in.get(s), values));
        }
      }
    }
    List<Address> found = new ArrayList<>();
    for (int b : loop.blocks()) {
      BasicBlock block = graph.block(b);
      for (int k = 0; k < block.size(); k++) {
        LinearForm form = forms.get(block.address(k));
        Long stride = form == null ? null : stride(form);
        if (stride != null) {
          Instruction i = block.instruction(k);
          found.add(new Address(block.address(k), form, stride, size(i), isStore(i)));
        }
      }
    }
    return found;
  }

  private static LinearForm[] meet(LinearForm[] known, LinearForm[] values) {
    if (known == null) {
      return values.clone();
    }
    for (int r = 0; r < REGISTERS; r++) {
      if (known[r] != null && !known[r].equals(values[r])) {
        known[r] = null;
      }
    }
    return known;
  }

  private Long stride(LinearForm form) {
    long sum = 0;
    for (Map.Entry<Integer, Long> term : form.terms().entrySet()) {
      LinearForm after = behind[term.getKey()];
      if (after == null || !after.terms().equals(LinearForm.register(term.getKey()).terms())) {
        return null;
      }
      sum += term.getValue() * after.constant();
    }
    return sum;
  }

  /** Notes the address of an access, and computes what an instruction writes; null is unknown. */
  private void execute(Instruction i, long address, LinearForm[] values) {
    LinearForm a = values[i.rs1()];
    if (size(i) != 0 && a != null && i.rs1() != RegisterSet.SP) {
      forms.put(address, a.plus(i.immediate()));
    }
    long defined = Effects.defines(i) & 0xffff_ffffL;
    if (defined != 0) {
      values[Long.numberOfTrailingZeros(defined)] = value(i, a, values[i.rs2()]);
    }
  }

  private static LinearForm value(Instruction i, LinearForm a, LinearForm b) {
    return switch (i.opcode()) {
      case LUI -> LinearForm.constant(i.immediate());
      case ADDI -> a == null ? null : a.plus(i.immediate());
      case SLLI -> a == null ? null : a.shifted((int) i.immediate());
      case ADD -> a == null || b == null ? null : a.plus(b, 1);
      case SUB -> a == null || b == null ? null : a.plus(b, -1);
      default -> null;
    };
  }

  private static boolean isStore(Instruction i) {
    return i.opcode().family() == Family.STORE || i.opcode().family() == Family.FLOAT_STORE;
  }

  /** Bytes that a plain load or store accesses; 0 for other instructions. */
  private static int size(Instruction i) {
    Opcode opcode = i.opcode();
    return switch (opcode) {
      case LB, LBU, SB -> 1;
      case LH, LHU, SH -> 2;
      case LW, LWU, SW, FLW, FSW -> 4;
      case LD, SD, FLD, FSD -> 8;
      default -> 0;
    };
  }
}
