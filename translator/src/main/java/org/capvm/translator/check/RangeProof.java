package org.capvm.translator.check;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Proves that every access of a method that rests on an earlier range check lies in the range that
 * was checked, and that host addresses go nowhere but to such accesses: see the package's rule.
 *
 * <p>A forward analysis that knows little at labels, so that it is cheap: host addresses, and
 * intervals of the few locals that offsets are computed from. The label that comes first in the
 * code is next; most are visited once.
 */
final class RangeProof {
  /** Far more than any method needs; a loop that settles slowly is not worth the time. */
  private static final int MOST_VISITS = 40;

  private final String where;
  private final boolean clearsTags;
  private final boolean followsWalks;
  private final AbstractInsnNode[] code;
  private final MethodNode method;
  private final Hints hints = new Hints();
  private final Slots[] known;
  private final BitSet pending;
  private RangeEvaluator evaluator;

  private RangeProof(MethodNode method, AbstractInsnNode[] code, String where, boolean clearsTags) {
    this.method = method;
    this.where = where;
    this.clearsTags = clearsTags;
    this.followsWalks =
        Stream.of(code)
            .anyMatch(
                i ->
                    i instanceof MethodInsnNode call
                        && call.owner.equals(AllowedMembers.AUTHORISED_RANGE));
    this.code = code;
    this.known = new Slots[code.length];
    this.pending = new BitSet(code.length);
  }

  /**
   * Proves it.
   *
   * @param method none of whose instructions is forbidden
   * @param code its instructions
   * @param clearsTags whether stores may leave tags only where the range check found none
   * @throws RejectedClassException when there is no proof
   */
  static void check(MethodNode method, AbstractInsnNode[] code, String where, boolean clearsTags)
      throws RejectedClassException {
    new RangeProof(method, code, where, clearsTags).run();
  }

  private void run() throws RejectedClassException {
    do {
      evaluator = new RangeEvaluator(hints, where, clearsTags, followsWalks);
      settle();
    } while (evaluator.failure() != null && hints.takeNew());
    if (evaluator.failure() != null) {
      throw new RejectedClassException(where, evaluator.failure());
    }
  }

  /** Visits labels until nothing changes. The last visit to each saw all ways that lead there. */
  private void settle() throws RejectedClassException {
    int visits = 0;
    Arrays.fill(known, null);
    known[0] = new Slots(method.maxLocals, method.maxStack);
    pending.set(0);
    for (int next = 0; next >= 0; next = pending.nextSetBit(0)) {
      pending.clear(next);
      if (visits++ > MOST_VISITS * code.length) {
        throw new RejectedClassException(where, "has loops in which ranges do not settle");
      }
      visit(next);
    }
  }

  /** Goes on from a label to where control leaves, or comes to the next label. */
  private void visit(int start) throws RejectedClassException {
    Slots slots = known[start].copy();
    slots.map(RangeProof::entered);
    int n = start;
    while (goesOn(slots, n)) {
      n++;
      if (n == code.length) {
        throw new RejectedClassException(where, "runs off its end");
      }
      if (code[n] instanceof LabelNode label) {
        flow(slots, label, n - 1);
        return;
      }
    }
  }

  /** Executes an instruction; whether control may go to the next one. */
  private boolean goesOn(Slots slots, int n) throws RejectedClassException {
    AbstractInsnNode i = code[n];
    if (i instanceof JumpInsnNode jump) {
      jump(slots, jump, n);
    } else if (i instanceof TableSwitchInsnNode table) {
      switchTo(slots, table.labels, table.dflt, n);
    } else if (i instanceof LookupSwitchInsnNode lookup) {
      switchTo(slots, lookup.labels, lookup.dflt, n);
    } else {
      if (i instanceof MethodInsnNode) {
        mayThrow(slots, n);
      }
      evaluator.execute(slots, i);
    }
    int opcode = i.getOpcode();
    return opcode < Opcodes.GOTO || opcode > Opcodes.RETURN && opcode != Opcodes.ATHROW;
  }

  /** A call, before it takes effect, is where control may go to handlers. */
  private void mayThrow(Slots slots, int at) throws RejectedClassException {
    for (TryCatchBlockNode handler : method.tryCatchBlocks) {
      boolean isProtected =
          method.instructions.indexOf(handler.start) <= at
              && at < method.instructions.indexOf(handler.end);
      if (isProtected) {
        flow(slots.atHandler(), handler.handler, at);
      }
    }
  }

  private void jump(Slots slots, JumpInsnNode jump, int at) throws RejectedClassException {
    KnownValue.Comparison compared = evaluator.popCompared(slots, jump);
    if (compared == null) {
      flow(slots, jump.label, at);
      return;
    }
    Condition condition = Condition.of(jump.getOpcode());
    Slots taken = slots.copy();
    evaluator.narrow(taken, compared, condition);
    flow(taken, jump.label, at);
    evaluator.narrow(slots, compared, condition.inverted());
  }

  private void switchTo(Slots slots, List<LabelNode> labels, LabelNode other, int at)
      throws RejectedClassException {
    evaluator.popNumber(slots);
    for (LabelNode label : labels) {
      flow(slots, label, at);
    }
    flow(slots, other, at);
  }

  /** Control goes to a label: adds what is known there to what was known on other ways. */
  private void flow(Slots from, LabelNode label, int at) throws RejectedClassException {
    int target = method.instructions.indexOf(label);
    Slots to = known[target];
    if (to == null) {
      known[target] = from.copy();
      known[target].map(this::atLabel);
      pending.set(target);
    } else if (to.height() != from.height()) {
      throw new RejectedClassException(where, "has stacks of different heights at one place");
    } else if (to.join(from, (k, a, b) -> join(k, a, atLabel(k, b), target <= at))) {
      pending.set(target);
    }
  }

  /**
   * What is still known of a local at a label; of a stack slot, which has no number, if negative.
   */
  private KnownValue atLabel(int local, KnownValue value) {
    return switch (value) {
      case null -> null;
      case KnownValue.Base base -> base;
      case KnownValue.Number number when hints.isCounter(local) -> number;
      default -> null;
    };
  }

  /** What is known of a local where control comes from two places. */
  private KnownValue join(int local, KnownValue a, KnownValue b, boolean back) {
    if (a instanceof KnownValue.Base || b instanceof KnownValue.Base) {
      boolean same = a != null && (a.equals(b) || a.equals(KnownValue.Base.USELESS));
      return same ? a : KnownValue.Base.USELESS;
    }
    if (!(a instanceof KnownValue.Number before) || !(b instanceof KnownValue.Number other)) {
      return null;
    }
    boolean isBelow = before.in(local).below() == other.in(local).below();
    if (before.interval().contains(other.interval()) && (isBelow || before.below() < 0)) {
      return a;
    }
    Interval union = before.interval().union(other.interval());
    Interval grown = back ? hints.grown(local, before.interval(), union) : union;
    if (grown == null) {
      return null;
    }
    KnownValue.Number joined = new KnownValue.Number(grown, local);
    return isBelow ? joined.below(before.in(local).below()) : joined;
  }

  /** An object of its own: what two locals held alike on one way may differ on another. */
  private static KnownValue entered(int local, KnownValue value) {
    return switch (value) {
      case null -> null;
      case KnownValue.Base b ->
          new KnownValue.Base(b.low(), b.end(), b.use(), b.walk(), b.isTested());
      case KnownValue.Number number -> number.in(local);
      case KnownValue.Comparison comparison -> null;
    };
  }
}
