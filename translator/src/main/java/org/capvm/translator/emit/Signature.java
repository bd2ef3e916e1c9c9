package org.capvm.translator.emit;

import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.RegisterSet;

/**
 * The JVM form of a guest function: {@code (Hart, long returnTo, long sp, [long returnSp], integer
 * registers..., floating-point registers...) -> a0 | fa0 | void}. The registers are arguments, and
 * callee-saved ones that the function saves, uses and restores: the caller passes its own values,
 * keeps them in its locals, and finds anything in the hart's copies afterwards. So a function
 * neither reads them from the hart nor restores them there.
 *
 * @param parameters registers passed as parameters, in ascending order of their numbers
 * @param saved those of them that are callee-saved
 * @param returnSp whether the stack pointer to return with is a parameter of its own
 * @param result the register returned as the JVM result, or 0
 */
record Signature(long parameters, long saved, boolean returnSp, int result) {
  /**
   * A function that saves more registers gets them in the hart: the bytecode of its calls would
   * grow, and its own work outweighs them.
   */
  private static final int MOST_SAVED = 8;

  /** Parameters of a function whose signature its caller does not know, see DirectFunction. */
  static final long DIRECT = 0b1111L << RegisterSet.A0;

  private static final long PASSABLE = RegisterSet.INTEGER_ARGUMENTS | RegisterSet.FLOAT_ARGUMENTS;

  /**
   * The signature of a function.
   *
   * @param precise whether every register must be recoverable where an access may fault
   */
  static Signature of(FunctionSummary f, boolean precise) {
    int result = 0;
    boolean integer = RegisterSet.contains(f.modified(), RegisterSet.A0);
    boolean floating = RegisterSet.contains(f.modified(), RegisterSet.FA0);
    boolean wantsFloat =
        RegisterSet.contains(f.demandedResults(), RegisterSet.FA0)
            && !RegisterSet.contains(f.demandedResults(), RegisterSet.A0);
    if (floating && (wantsFloat || !integer)) {
      result = RegisterSet.FA0;
    } else if (integer) {
      result = RegisterSet.A0;
    }
    long saved = precise || Long.bitCount(f.saved()) > MOST_SAVED ? 0 : f.saved();
    return new Signature(
        (f.strongLiveIn() & PASSABLE) | saved, saved, f.enteredWithFrame(), result);
  }

  String descriptor() {
    StringBuilder s = new StringBuilder("(").append(Names.HART_TYPE).append("JJ");
    if (returnSp) {
      s.append('J');
    }
    for (long set = parameters; set != 0; set &= set - 1) {
      s.append(Long.numberOfTrailingZeros(set) < 32 ? 'J' : 'D');
    }
    return s.append(')').append(resultType()).toString();
  }

  char resultType() {
    return result == 0 ? 'V' : result < 32 ? 'J' : 'D';
  }
}
