package org.capvm.translator.check;

import org.capvm.translator.check.KnownValue.Base;
import org.capvm.translator.check.KnownValue.Comparison;
import org.capvm.translator.check.KnownValue.Number;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What instructions do to what is known; rejects host addresses that go where they may not. */
final class RangeEvaluator {
  private final Hints hints;
  private final RangeCalls calls;
  private final String where;
  private final boolean followsWalks;

  /**
   * @param followsWalks whether what is compared with a local matters
   */
  RangeEvaluator(Hints hints, String where, boolean clearsTags, boolean followsWalks) {
    this.hints = hints;
    this.where = where;
    this.followsWalks = followsWalks;
    this.calls = new RangeCalls(hints, where, clearsTags);
  }

  /** Why an access was not proven, or null. */
  String failure() {
    return calls.failure();
  }

  /** Executes an instruction behind which control goes on with the next one, or nowhere. */
  void execute(Slots slots, AbstractInsnNode i) throws RejectedClassException {
    int opcode = i.getOpcode();
    switch (opcode) {
      case -1 -> {
        // A label.
      }
      case Opcodes.ICONST_M1,
          Opcodes.ICONST_0,
          Opcodes.ICONST_1,
          Opcodes.ICONST_2,
          Opcodes.ICONST_3,
          Opcodes.ICONST_4,
          Opcodes.ICONST_5 ->
          slots.push(Number.constant(opcode - Opcodes.ICONST_0));
      case Opcodes.LCONST_0, Opcodes.LCONST_1 ->
          slots.pushWide(Number.constant(opcode - Opcodes.LCONST_0));
      case Opcodes.BIPUSH, Opcodes.SIPUSH -> slots.push(Number.constant(((IntInsnNode) i).operand));
      case Opcodes.LDC -> pushConstant(slots, ((LdcInsnNode) i).cst);
      case Opcodes.ILOAD -> slots.push(load(slots, ((VarInsnNode) i).var, Interval.INTS));
      case Opcodes.LLOAD -> slots.pushWide(load(slots, ((VarInsnNode) i).var, Interval.LONGS));
      case Opcodes.ISTORE, Opcodes.FSTORE, Opcodes.ASTORE -> {
        rejectBases(slots, 1);
        int local = ((VarInsnNode) i).var;
        overwritten(slots, local);
        slots.store(local, slots.pop());
      }
      case Opcodes.LSTORE -> storeWide(slots, ((VarInsnNode) i).var);
      case Opcodes.DSTORE -> {
        rejectBases(slots, 2);
        storeWide(slots, ((VarInsnNode) i).var);
      }
      case Opcodes.IINC -> increment(slots, (IincInsnNode) i);
      case Opcodes.POP -> slots.pop(1);
      case Opcodes.POP2 -> slots.pop(2);
      case Opcodes.DUP,
          Opcodes.DUP_X1,
          Opcodes.DUP_X2,
          Opcodes.DUP2,
          Opcodes.DUP2_X1,
          Opcodes.DUP2_X2 ->
          slots.duplicate((opcode - Opcodes.DUP) / 3 + 1, (opcode - Opcodes.DUP) % 3);
      case Opcodes.SWAP -> slots.swap();
      case Opcodes.I2L -> {
        rejectBases(slots, 1);
        KnownValue value = slots.pop();
        slots.pushWide(value instanceof Number n ? n.narrowed(n.interval()) : null);
      }
      case Opcodes.IADD, Opcodes.IMUL, Opcodes.LADD, Opcodes.LMUL -> arithmetic(slots, opcode);
      case Opcodes.LCMP -> compare(slots);
      default -> {
        if (i instanceof MethodInsnNode call) {
          calls.execute(slots, call);
        } else {
          int counts = SlotCounts.of(i);
          rejectBases(slots, counts / 10);
          slots.pop(counts / 10);
          slots.pushNothing(counts % 10);
        }
      }
    }
  }

  private static void pushConstant(Slots slots, Object constant) {
    switch (constant) {
      case Integer n -> slots.push(Number.constant(n));
      case Long n -> slots.pushWide(Number.constant(n));
      case Double d -> slots.pushWide(null);
      default -> slots.push(null);
    }
  }

  private KnownValue load(Slots slots, int local, Interval type) {
    KnownValue value = slots.locals[local];
    if (value != null) {
      return value;
    }
    Number loaded = new Number(type, local);
    if (hints.isCounter(local)) {
      slots.locals[local] = loaded;
    }
    return loaded;
  }

  private void increment(Slots slots, IincInsnNode i) {
    Interval before =
        load(slots, i.var, Interval.INTS) instanceof Number n ? n.interval() : Interval.INTS;
    overwritten(slots, i.var);
    slots.store(i.var, new Number(before.plus(i.incr, Interval.INTS), i.var));
  }

  private void storeWide(Slots slots, int local) {
    overwritten(slots, local);
    overwritten(slots, local + 1);
    slots.storeWide(local, slots.popWide());
  }

  /** A local gets another value: what is known by comparison with it is not known any more. */
  private void overwritten(Slots slots, int local) {
    if (followsWalks) {
      slots.map((_, value) -> without(local, value));
    }
  }

  private static KnownValue without(int local, KnownValue value) {
    return switch (value) {
      case Base b when b.isCountedBy(local) -> Base.USELESS;
      case Number n when n.origin() == local || n.below() == local -> new Number(n.interval(), -1);
      case Comparison c when c.local() == local -> null;
      default -> value;
    };
  }

  private void arithmetic(Slots slots, int opcode) throws RejectedClassException {
    boolean wide = opcode == Opcodes.LADD || opcode == Opcodes.LMUL;
    boolean sum = opcode == Opcodes.IADD || opcode == Opcodes.LADD;
    rejectBases(slots, wide ? 4 : 2);
    KnownValue b = wide ? slots.popWide() : slots.pop();
    KnownValue a = wide ? slots.popWide() : slots.pop();
    Interval type = wide ? Interval.LONGS : Interval.INTS;
    Number result = null;
    if (a instanceof Number x && b instanceof Number y) {
      result = y.interval().isConstant() ? linear(sum, x, y, type) : linear(sum, y, x, type);
    }
    if (wide) {
      slots.pushWide(result);
    } else {
      slots.push(result);
    }
  }

  private static Number linear(boolean sum, Number x, Number c, Interval type) {
    if (!c.interval().isConstant()) {
      return null;
    }
    long n = c.interval().low();
    if (type == Interval.LONGS) {
      return sum ? x.plus(n) : x.times(n);
    }
    Interval result = sum ? x.interval().plus(n, type) : x.interval().times(n, type);
    return new Number(result, x.origin(), 0, 0, -1); // An int: it wraps at 2^32.
  }

  /** A base may be compared with 0 and with nothing else. */
  private void compare(Slots slots) throws RejectedClassException {
    rejectBases(slots, 2);
    KnownValue right = slots.popWide();
    if (!(right instanceof Number n && n.interval().equals(Interval.of(0)))) {
      rejectBases(slots, 2);
    }
    Comparison result = Comparison.of(slots.popWide(), right, false);
    slots.push(result == null || result.local() >= 0 ? null : result);
  }

  /** Takes the operands of a jump; null when nothing is known of what it compares. */
  Comparison popCompared(Slots slots, JumpInsnNode jump) throws RejectedClassException {
    return switch (jump.getOpcode()) {
      case Opcodes.GOTO -> null;
      case Opcodes.IFNULL, Opcodes.IFNONNULL -> {
        popNumber(slots);
        yield null;
      }
      case Opcodes.IFEQ, Opcodes.IFNE, Opcodes.IFLT, Opcodes.IFGE, Opcodes.IFGT, Opcodes.IFLE -> {
        KnownValue value = popNumber(slots);
        yield value instanceof Comparison c ? c : new Comparison(value, 0, false);
      }
      default -> {
        KnownValue right = popNumber(slots);
        yield Comparison.of(popNumber(slots), right, false);
      }
    };
  }

  /** Takes an operand of one slot. */
  KnownValue popNumber(Slots slots) throws RejectedClassException {
    rejectBases(slots, 1);
    return slots.pop();
  }

  /** Notes what is known where a comparison had a result. */
  void narrow(Slots slots, Comparison compared, Condition condition) {
    switch (compared.value()) {
      case Base base when condition == Condition.NOT_EQUAL -> slots.replace(base, base.tested());
      case Number n when compared.local() >= 0 -> {
        if (condition == Condition.LESS) {
          hints.compared(n.origin(), Integer.MAX_VALUE);
          Number less = n.narrowed(condition.narrowed(n.interval(), Integer.MAX_VALUE, false));
          boolean isStep = n.isPlain() && less.interval().low() >= 0;
          slots.replace(n, isStep ? less.below(compared.local()) : less);
        }
      }
      case Number n -> {
        long c = compared.constant();
        hints.compared(n.origin(), c);
        Interval narrowed = condition.narrowed(n.interval(), c, compared.isUnsigned());
        slots.replace(n, n.narrowed(narrowed));
      }
      case null, default -> {
        // Nothing is known of it before or behind.
      }
    }
  }

  private void rejectBases(Slots slots, int operands) throws RejectedClassException {
    for (int k = 1; k <= operands; k++) {
      if (slots.operand(k) instanceof Base) {
        throw new RejectedClassException(where, "uses a host address other than for an access");
      }
    }
  }
}
