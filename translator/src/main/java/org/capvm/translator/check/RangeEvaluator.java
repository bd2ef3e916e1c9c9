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

  RangeEvaluator(Hints hints, String where, boolean clearsTags) {
    this.hints = hints;
    this.where = where;
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
        slots.store(((VarInsnNode) i).var, slots.pop());
      }
      case Opcodes.LSTORE -> slots.storeWide(((VarInsnNode) i).var, slots.popWide());
      case Opcodes.DSTORE -> {
        rejectBases(slots, 2);
        slots.storeWide(((VarInsnNode) i).var, slots.popWide());
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
        slots.pushWide(value instanceof Number n ? new Number(n.interval(), n.origin()) : null);
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
    slots.store(i.var, new Number(before.plus(i.incr, Interval.INTS), i.var));
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
    Interval result = sum ? x.interval().plus(n, type) : x.interval().times(n, type);
    return new Number(result, x.origin());
  }

  /** A base may be compared with 0 and with nothing else. */
  private void compare(Slots slots) throws RejectedClassException {
    rejectBases(slots, 2);
    KnownValue right = slots.popWide();
    if (!(right instanceof Number n && n.interval().equals(Interval.of(0)))) {
      rejectBases(slots, 2);
    }
    slots.push(Comparison.of(slots.popWide(), right, false));
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
      case Number n -> {
        long c = compared.constant();
        hints.compared(n.origin(), c);
        Interval narrowed = condition.narrowed(n.interval(), c, compared.isUnsigned());
        slots.replace(n, new Number(narrowed, n.origin()));
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
