package org.capvm.translator.emit;

import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.RegisterSet;

/**
 * The JVM form of a guest function: {@code (Hart, long returnTo, long sp, [long returnSp], integer
 * arguments..., floating-point arguments...) -> a0 | fa0 | void}.
 *
 * @param parameters registers passed as parameters, in ascending order of their numbers
 * @param returnSp whether the stack pointer to return with is a parameter of its own
 * @param result the register returned as the JVM result, or 0
 */
record Signature(long parameters, boolean returnSp, int result) {
  /** Parameters of a function whose signature its caller does not know, see DirectFunction. */
  static final long DIRECT = 0b1111L << RegisterSet.A0;

  private static final long PASSABLE = RegisterSet.INTEGER_ARGUMENTS | RegisterSet.FLOAT_ARGUMENTS;

  static Signature of(FunctionSummary f) {
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
    return new Signature(f.strongLiveIn() & PASSABLE, f.enteredWithFrame(), result);
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
