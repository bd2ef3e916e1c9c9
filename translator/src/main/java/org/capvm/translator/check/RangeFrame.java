package org.capvm.translator.check;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.Interpreter;

/**
 * The values at a place of a method. What a conditional jump says of the locals it compared is
 * known on either side of it.
 */
final class RangeFrame extends Frame<RangeValue> {
  private final Loops loops;
  private RangeValue left;
  private RangeValue right;
  private boolean isUnsigned;
  private boolean goesBack;

  RangeFrame(int locals, int stack, Loops loops) {
    super(locals, stack);
    this.loops = loops;
  }

  RangeFrame(RangeFrame other) {
    super(other);
    this.loops = other.loops;
  }

  @Override
  public void execute(AbstractInsnNode i, Interpreter<RangeValue> interpreter)
      throws AnalyzerException {
    left = null;
    goesBack = false;
    switch (i.getOpcode()) {
      case Opcodes.ILOAD, Opcodes.LLOAD, Opcodes.FLOAD, Opcodes.DLOAD, Opcodes.ALOAD -> {
        int n = ((VarInsnNode) i).var;
        push(getLocal(n).in(n));
      }
      case Opcodes.ISTORE, Opcodes.LSTORE, Opcodes.FSTORE, Opcodes.DSTORE, Opcodes.ASTORE ->
          store(((VarInsnNode) i).var);
      case Opcodes.IINC -> {
        int n = ((IincInsnNode) i).var;
        RangeValue sum = interpreter.unaryOperation(i, getLocal(n));
        forget(n);
        setLocal(n, sum);
      }
      case Opcodes.IFEQ, Opcodes.IFNE, Opcodes.IFLT, Opcodes.IFGE, Opcodes.IFGT, Opcodes.IFLE -> {
        RangeValue value = pop();
        if (value.comparison() != null) {
          compared(value.comparison());
        } else {
          compared(value, RangeValue.number(1, Interval.of(0)));
        }
      }
      case Opcodes.IF_ICMPEQ,
          Opcodes.IF_ICMPNE,
          Opcodes.IF_ICMPLT,
          Opcodes.IF_ICMPGE,
          Opcodes.IF_ICMPGT,
          Opcodes.IF_ICMPLE -> {
        RangeValue second = pop();
        compared(pop(), second);
      }
      default -> super.execute(i, interpreter);
    }
  }

  private void compared(RangeValue.Comparison comparison) {
    compared(comparison.left(), comparison.right());
    isUnsigned = comparison.isUnsigned();
  }

  private void compared(RangeValue first, RangeValue second) {
    left = first;
    right = second;
    isUnsigned = false;
  }

  /** A local takes the value on the stack; a copy that stays there is in that local, too. */
  private void store(int n) {
    RangeValue value = pop();
    forget(n);
    if (value.size() == 2) {
      forget(n + 1);
      setLocal(n + 1, RangeValue.OTHER_1);
    }
    if (n > 0 && getLocal(n - 1).size() == 2) {
      forget(n - 1);
      setLocal(n - 1, RangeValue.OTHER_1);
    }
    setLocal(n, value.without(n).in(-1));
    for (int s = 0; s < getStackSize(); s++) {
      if (value == getStack(s)) {
        setStack(s, value.in(n));
      }
    }
  }

  /** No value is in a local any more that is about to be written. */
  private void forget(int n) {
    for (int k = 0; k < getLocals(); k++) {
      setLocal(k, getLocal(k).without(n));
    }
    for (int s = 0; s < getStackSize(); s++) {
      setStack(s, getStack(s).without(n));
    }
  }

  /** Called for each way out of a jump, one after the other on the same frame. */
  @Override
  public void initJumpTarget(int opcode, LabelNode target) {
    goesBack = target != null && loops.heads().contains(target);
    if (left == null) {
      return;
    }
    boolean holds = target != null;
    Condition condition = Condition.of(opcode);
    if (left.kind() == RangeValue.Kind.BASE) {
      boolean isNotNull = (holds ? condition : condition.inverted()) == Condition.NOT_EQUAL;
      narrow(left, isNotNull ? left.checked() : left);
      return;
    }
    if (left.kind() != RangeValue.Kind.NUMBER || right.kind() != RangeValue.Kind.NUMBER) {
      return;
    }
    Condition known = holds ? condition : condition.inverted();
    narrow(left, left.within(known.left(left.interval(), right.interval(), isUnsigned)));
    narrow(right, right.within(known.right(left.interval(), right.interval(), isUnsigned)));
  }

  /** Notes what is known of the value that a local holds. */
  private void narrow(RangeValue value, RangeValue known) {
    if (value.local() >= 0) {
      setLocal(value.local(), known.in(-1));
    }
  }

  @Override
  public boolean merge(Frame<? extends RangeValue> other, Interpreter<RangeValue> interpreter)
      throws AnalyzerException {
    if (getStackSize() != other.getStackSize()) {
      throw new AnalyzerException(null, "has stacks of different heights at one place");
    }
    boolean widens = ((RangeFrame) other).goesBack;
    boolean changed = false;
    for (int k = 0; k < getLocals(); k++) {
      RangeValue merged = getLocal(k).merge(other.getLocal(k));
      merged = widens ? widened(getLocal(k), merged) : merged;
      if (!merged.equals(getLocal(k))) {
        setLocal(k, merged);
        changed = true;
      }
    }
    for (int s = 0; s < getStackSize(); s++) {
      RangeValue merged = getStack(s).merge(other.getStack(s));
      merged = widens ? widened(getStack(s), merged) : merged;
      if (!merged.equals(getStack(s))) {
        setStack(s, merged);
        changed = true;
      }
    }
    return changed;
  }

  /** A growing interval grows to the next threshold, so that it does not grow often. */
  private RangeValue widened(RangeValue before, RangeValue after) {
    if (after.kind() != RangeValue.Kind.NUMBER
        || before.kind() != RangeValue.Kind.NUMBER
        || after.interval().equals(before.interval())) {
      return after;
    }
    Interval grown = after.interval();
    Interval type = after.size() == 1 ? Interval.INTS : Interval.LONGS;
    long low = grown.low();
    if (low < before.interval().low()) {
      Long next = loops.thresholds().floor(low);
      low = next == null ? type.low() : Math.max(next, type.low());
    }
    long high = grown.high();
    if (high > before.interval().high()) {
      Long next = loops.thresholds().ceiling(high);
      high = next == null ? type.high() : Math.min(next, type.high());
    }
    return after.within(new Interval(low, high));
  }
}
