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
      default -> AT_MOST;
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

  private Condition swapped() {
    return switch (this) {
      case LESS -> GREATER;
      case GREATER -> LESS;
      case AT_LEAST -> AT_MOST;
      case AT_MOST -> AT_LEAST;
      default -> this;
    };
  }

  /** Where the left operand lies when the condition holds. */
  Interval left(Interval left, Interval right, boolean isUnsigned) {
    if (isUnsigned && this != EQUAL && this != NOT_EQUAL) {
      return unsigned(left, right);
    }
    long most = right.high();
    long least = right.low();
    return switch (this) {
      case EQUAL -> left.intersection(least, most);
      case LESS -> most == Long.MIN_VALUE ? left : left.intersection(Long.MIN_VALUE, most - 1);
      case AT_MOST -> left.intersection(Long.MIN_VALUE, most);
      case GREATER -> least == Long.MAX_VALUE ? left : left.intersection(least + 1, Long.MAX_VALUE);
      case AT_LEAST -> left.intersection(least, Long.MAX_VALUE);
      case NOT_EQUAL -> {
        if (!right.isConstant() || left.isConstant()) {
          yield left;
        }
        yield left.low() == least
            ? new Interval(least + 1, left.high())
            : left.high() == least ? new Interval(left.low(), least - 1) : left;
      }
    };
  }

  /** Below a number that is not negative, unsigned, is not negative either. */
  private Interval unsigned(Interval left, Interval right) {
    if (right.low() < 0) {
      return left;
    }
    return switch (this) {
      case LESS -> right.high() == 0 ? left : left.intersection(0, right.high() - 1);
      case AT_MOST -> left.intersection(0, right.high());
      default -> left;
    };
  }

  /** Where the right operand lies when the condition holds. */
  Interval right(Interval left, Interval right, boolean isUnsigned) {
    return swapped().left(/* left= */ right, /* right= */ left, isUnsigned);
  }
}
