package org.capvm.translator.check;

import org.objectweb.asm.Opcodes;

/** How two numbers compare. */
enum Condition {
  EQUAL,
  NOT_EQUAL,
  LESS,
  AT_LEAST,
  GREATER,
  AT_MOST;

  /** The condition of a conditional jump. */
  static Condition of(int opcode) {
    return switch (opcode) {
      case Opcodes.IFEQ, Opcodes.IF_ICMPEQ -> EQUAL;
      case Opcodes.IFNE, Opcodes.IF_ICMPNE -> NOT_EQUAL;
      case Opcodes.IFLT, Opcodes.IF_ICMPLT -> LESS;
      case Opcodes.IFGE, Opcodes.IF_ICMPGE -> AT_LEAST;
      case Opcodes.IFGT, Opcodes.IF_ICMPGT -> GREATER;
      case Opcodes.IFLE, Opcodes.IF_ICMPLE -> AT_MOST;
      default -> throw new IllegalArgumentException("not a comparison: " + opcode);
    };
  }

  Condition inverted() {
    return switch (this) {
      case EQUAL -> NOT_EQUAL;
      case NOT_EQUAL -> EQUAL;
      case LESS -> AT_LEAST;
      case AT_LEAST -> LESS;
      case GREATER -> AT_MOST;
      case AT_MOST -> GREATER;
    };
  }

  /** Where numbers of an interval lie that compare so with a constant. */
  Interval narrowed(Interval numbers, long c, boolean isUnsigned) {
    // Below a number that is not negative, unsigned, is not negative either.
    long least = isUnsigned ? 0 : Long.MIN_VALUE;
    boolean isKnown = !isUnsigned || c >= 0;
    return switch (this) {
      case EQUAL -> numbers.intersection(c, c);
      case NOT_EQUAL -> numbers;
      case LESS -> isKnown && c > least ? numbers.intersection(least, c - 1) : numbers;
      case AT_MOST -> isKnown ? numbers.intersection(least, c) : numbers;
      case GREATER ->
          isUnsigned || c == Long.MAX_VALUE ? numbers : numbers.intersection(c + 1, Long.MAX_VALUE);
      case AT_LEAST -> isUnsigned ? numbers : numbers.intersection(c, Long.MAX_VALUE);
    };
  }
}
