package org.capvm.translator.check;

/**
 * What is known of the locals and of the JVM stack at a place of a method, slot by slot: the second
 * slot of a long or a double holds nothing, so that instructions that shuffle the stack need not
 * know types. Indices that the JVM verifier would reject throw {@link IndexOutOfBoundsException}.
 */
final class Slots {
  final KnownValue[] locals;
  private final KnownValue[] stack;
  private int height;

  Slots(int locals, int stack) {
    this(new KnownValue[locals], new KnownValue[stack], 0);
  }

  private Slots(KnownValue[] locals, KnownValue[] stack, int height) {
    this.locals = locals;
    this.stack = stack;
    this.height = height;
  }

  Slots copy() {
    return new Slots(locals.clone(), stack.clone(), height);
  }

  /** The same locals, and an exception on the stack. */
  Slots atHandler() {
    Slots slots = new Slots(locals.clone(), new KnownValue[stack.length], 0);
    slots.push(null);
    return slots;
  }

  int height() {
    return height;
  }

  /**
   * An operand of an instruction, or of a call.
   *
   * @param fromTop 1 for the slot on top
   */
  KnownValue operand(int fromTop) {
    return stack[height - fromTop];
  }

  void setOperand(int fromTop, KnownValue value) {
    stack[height - fromTop] = value;
  }

  void push(KnownValue value) {
    stack[height++] = value;
  }

  void pushWide(KnownValue value) {
    push(value);
    push(null);
  }

  void pushNothing(int slots) {
    for (int n = 0; n < slots; n++) {
      push(null);
    }
  }

  void pop(int slots) {
    height -= slots;
  }

  KnownValue pop() {
    KnownValue value = operand(1);
    pop(1);
    return value;
  }

  KnownValue popWide() {
    KnownValue value = operand(2);
    pop(2);
    return value;
  }

  /** DUP and its relatives: copies {@code slots} from the top to below the {@code under} next. */
  void duplicate(int slots, int under) {
    int moved = slots + under;
    pushNothing(slots);
    System.arraycopy(stack, height - slots - moved, stack, height - moved, moved);
    System.arraycopy(stack, height - slots, stack, height - slots - moved, slots);
  }

  void swap() {
    KnownValue top = operand(1);
    setOperand(1, operand(2));
    setOperand(2, top);
  }

  /** A long that only loses its second slot is lost as well. */
  void store(int local, KnownValue value) {
    locals[local] = value;
    if (local > 0 && locals[local - 1] instanceof KnownValue.Base) {
      locals[local - 1] = null;
    }
  }

  void storeWide(int local, KnownValue value) {
    store(local + 1, null);
    store(local, value);
  }

  /** Puts another object where there was one: more, or less, is known of the value. */
  void replace(KnownValue old, KnownValue by) {
    replace(locals, locals.length, old, by);
    replace(stack, height, old, by);
  }

  private static void replace(KnownValue[] slots, int n, KnownValue old, KnownValue by) {
    for (int k = 0; k < n; k++) {
      if (slots[k] == old) {
        slots[k] = by;
      }
    }
  }

  /** Changes what is known of a local, or of a stack slot, for which {@code local} is -1. */
  interface Change {
    KnownValue of(int local, KnownValue value);
  }

  /** Changes all that is known. */
  void map(Change change) {
    for (int k = 0; k < locals.length; k++) {
      if (locals[k] != null) {
        locals[k] = change.of(k, locals[k]);
      }
    }
    for (int k = 0; k < height; k++) {
      if (stack[k] != null) {
        stack[k] = change.of(-1, stack[k]);
      }
    }
  }

  /** What is known of a slot where control comes from two places; {@code a} itself if no less. */
  interface Join {
    KnownValue of(int local, KnownValue a, KnownValue b);
  }

  /**
   * Joins with what is known on another way to this place.
   *
   * @param other of the same height
   * @return whether less is known than before
   */
  boolean join(Slots other, Join join) {
    boolean changed = false;
    for (int k = 0; k < locals.length; k++) {
      changed |= join(locals, k, other.locals[k], k, join);
    }
    for (int k = 0; k < height; k++) {
      changed |= join(stack, k, other.stack[k], -1, join);
    }
    return changed;
  }

  private static boolean join(KnownValue[] to, int k, KnownValue from, int local, Join join) {
    KnownValue before = to[k];
    if (before == from) {
      return false;
    }
    to[k] = join.of(local, before, from);
    return to[k] != before;
  }
}
